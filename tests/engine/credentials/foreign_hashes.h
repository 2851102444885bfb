// Hashes of one password, made by tools that are not ours. Each command stands above what it
// printed; salts that a tool chose itself differ when it is run again.
#pragma once

#include <string_view>

namespace muster::tests {

// P='correct horse battery staple'
inline constexpr std::string_view kForeignPassword = "correct horse battery staple";

struct ForeignHash {
  std::string_view tool;
  std::string_view text;
};

inline constexpr ForeignHash kForeignStrings[] = {
    // htpasswd -nbB -C 5 u "$P" (apache2-utils 2.4)
    {"htpasswd", "$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK"},
    // mkpasswd -m bcrypt-a "$P"; mkpasswd -m bcrypt "$P" (whois 5.5)
    {"mkpasswd 2a", "$2a$05$Luk9MamvbBARk3BZT6FieOveuOxVOzB2xLEXLVWWPz7llNjxCkMiO"},
    {"mkpasswd 2b", "$2b$05$ajIcV9F61k.4uXHbs7LKTeh/6hMTjiDsc0.pbR2VXHd9sqC0BpmzS"},
    // openssl passwd -1|-5 -salt abcdefgh "$P"; openssl passwd -6 -salt 0123456789abcdef "$P"
    {"openssl 1", "$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91"},
    {"openssl 5", "$5$abcdefgh$BWZ40aBGwHskxJEAPaQ7BeX5CsJQnxWro9FnP3/JCe5"},
    {"openssl 6",
     "$6$0123456789abcdef$IRwkwpJLTGr5pPic8OsdjqEO70D/JDHDmYDsMG1vDQMYU0XdOnrFLcw/"
     "jNxm9S8CquVj080rxDoBjxJ1EB2NI0"},
    // mkpasswd -m sha512crypt -R 1000 "$P"
    {"mkpasswd rounds",
     "$6$rounds=1000$CHifvqSehRHEpzkZ$6Hp10qgciM1wVx0dKLgimC5Djw6HKbLHa8oG1r4/"
     "z62UjyboOKImv5GhA/6BR70Wi2QeRlH5ddW3zENZNqMo7."},
    // mkpasswd -m yescrypt "$P"; the same with -R 1
    {"yescrypt", "$y$j9T$p9l/j29HSW5v3xKrRoJJ./$cvuMOYLdYmJY67rpoL0ShJkEfZauzhKf8O0sTYz7Kx3"},
    {"yescrypt 1", "$y$j75$ywqolLRvkdgTuwcYWBOUD1$5m.qaBzPcIfEiqKcyzydjocLa489mN/89gLT377xx58"},
    // mkpasswd -m scrypt -R 6 "$P"
    {"scrypt", "$7$BU..../....gOTRU1yHyez8ELWRYAtIG.$Sx5KIx.bBSO1OMstH5ORP/zKTM3rDuhr6I2HzoasFAC"},
    // printf %s "$P" | argon2 saltsaltsalt -id -t 2 -k 1024 -p 1 -l 32 -e
    {"argon2id",
     "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y"},
    // ... -i -t 3 -k 512 -p 2 -l 24 -e
    {"argon2i", "$argon2i$v=19$m=512,t=3,p=2$c2FsdHNhbHRzYWx0$sFF5Cky0KDEEY79YwuHzVGK9biAij5CB"},
    // ... -d -t 1 -k 256 -p 1 -l 16 -e
    {"argon2d", "$argon2d$v=19$m=256,t=1,p=1$c2FsdHNhbHRzYWx0$YiJ1ZnjQw4MSqmEd7WsCWw"},
    // ... -i -t 3 -k 512 -p 1 -l 32 -v 10 -e
    {"argon2i 1.0",
     "$argon2i$v=16$m=512,t=3,p=1$c2FsdHNhbHRzYWx0$3TZA0dCWPBuXirOtdgkrr04G/iD397G1VzHRdhD79jU"},
    // python3 -c 'from passlib.hash import *; print(pbkdf2_sha256.using(rounds=1000).hash(P))';
    // pbkdf2_sha1 and pbkdf2_sha512 in the same way (passlib 1.7.4)
    {"passlib sha1", "$pbkdf2$1000$iVEqxfhfC.EcY4zR.n9vTQ$mpCVAQN2ua0l5mLNSc3SfLX7kr8"},
    {"passlib sha256",
     "$pbkdf2-sha256$1000$w9h7D.E8R4jxvneu9X4vZQ$vZYlvbsffeI6ou3co3BKHdc5JNiy7ns08g3WhO53qSY"},
    {"passlib sha512",
     "$pbkdf2-sha512$1000$3ru31lprjfG.V8q5N2bsnQ$Ofwth5f3WP4wn2nxGV6ZirCliCMz0xk0GnJ7tHsTPGx7iWpkJ"
     "oL45UdJL8Gioapfzti8RshHab0gB8jolw1MWg"},
};

inline constexpr ForeignHash kForeignLdapValues[] = {
    // slappasswd -h '{SSHA}' -s "$P" (slapd 2.5), and so on
    {"ssha", "{SSHA}jnnelrC2pI3DskQKoRZvWdfohMZBtUci"},
    {"sha", "{SHA}q/eq1kOINtvlJqojGr3i0O73TUI="},
    {"smd5", "{SMD5}7zSHIswsnonMnkkdqTIiuqjhdLo="},
    {"md5", "{MD5}nMKuihunqT2jm0b8EBnEgQ=="},
    // slappasswd -h '{CRYPT}' -c '$6$%.8s' -s "$P"
    {"crypt",
     "{CRYPT}$6$DjkpQgHD$SRerVSjEhvQfKbOvL2bEp0vth5X5hmQ5Rg6t4Evninvc0lvkXu3hLxUaWWPTU."
     "4GKaHQQrqITPTzqQVvZoDkO/"},
    // slappasswd -o module-load=pw-sha2.so -h '{SSHA256}' -s "$P", and so on
    {"ssha256", "{SSHA256}Cw8BWt4JGbYd9iHI7EtjeFIyj2OWGWLNP5Kp2K4AOFAndtrUOhozXA=="},
    {"ssha384",
     "{SSHA384}IpIM5YftNhxb1js+raiDCyDUnFfxGcPI4A9ksq2mt3W4g5MBoyhqquWQfqNU8jbeDlhzzXezMEI="},
    {"ssha512",
     "{SSHA512}I2nPNM/wZ4WXa1f7ZMsh/GJiLsY/0ekT+8y4xEkuf4fuLyDB5LgUGkMuBwqVDkWS4EDegLlL7gNfND7OjHI"
     "Ujk7sj1GscBCJ"},
    {"sha256", "{SHA256}xLvLH77JnWW/WdhcjLYu4tuWPw/hBvSD2a+nO9Tjmoo="},
    {"sha384", "{SHA384}wkuSRJyHHzO7vx/BmJ5eEDfPqaPf2xeUf4FyImGB54Jeu0x1B2ORWDW/ElpZDgWu"},
    {"sha512",
     "{SHA512}vl73Z52Iq5qQRfYmflX15XhLS4zXZLXNhVpSRPkcYmlTzUbEPXZohz/W7707IhJJMVWAAxljRyoHh4H+BG5i"
     "rg=="},
    // slappasswd -o module-load=pw-pbkdf2.so -h '{PBKDF2}' -s "$P", and so on (slapd-contrib)
    {"pbkdf2", "{PBKDF2}10000$2uEoAnrf4YmmEfvRno7zFg$Etik7BURZoPCqycJWrJV9zpeFCQ"},
    {"pbkdf2-sha1", "{PBKDF2-SHA1}10000$aDjC1IpLpfF179ITlmkw1Q$rVgDp.ZUTq1g/jAIpJlrkVGvakg"},
    {"pbkdf2-sha256",
     "{PBKDF2-SHA256}10000$bFynLR7.yWQEEdtD6JW4bw$FcEDB9FPvFZVAnyY0LtWN2d3g.z.yZ8Y5kOYUzSu3TM"},
    {"pbkdf2-sha512",
     "{PBKDF2-SHA512}10000$G9jftErdMQSMJPywBpOU5Q$GORTXQsLybXB0Z7Q9Zf1STgmtfM2Cx9JMM32eqxUW3rvYytRj"
     "BzR./2erQHvPrQQ0q05/mOdj05p2NcCZF3OUA"},
    // slappasswd -o module-load=argon2.so -h '{ARGON2}' -s "$P"
    {"argon2",
     "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$L4Pf3NDBohBTAztpw6AZMw$vu4V4dV6+a3+Nrpfp6NLCYzOdfHpr/"
     "xK3K6BcWqlbYY"},
};

}  // namespace muster::tests
