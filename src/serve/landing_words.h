/* landing_words.h - every word of the landing page, so that a translation is
 * one more table.
 *
 * "*this*" stands out; "{}" is a name, an address or a number.  A line of steps
 * is a step.
 */
#ifndef PT_SERVE_LANDING_WORDS_H
#define PT_SERVE_LANDING_WORDS_H

enum pt_word {
    PT_W_NONE,

    PT_W_TITLE,
    PT_W_HEADING,
    PT_W_LEAD,
    PT_W_ADDRESS,
    PT_W_SHOW,
    PT_W_PROBLEM, /* {}: what is wrong with the address */
    PT_W_FOOTER,
    PT_W_FOR, /* {}: the address */

    /* Devices: this one, and one among others. */
    PT_W_THIS_IPHONE,
    PT_W_THIS_MAC,
    PT_W_THIS_ANDROID,
    PT_W_THIS_WINDOWS,
    PT_W_THIS_LINUX,
    PT_W_IPHONE,
    PT_W_MAC,
    PT_W_ANDROID,
    PT_W_WINDOWS,
    PT_W_LINUX,
    PT_W_OTHERS, /* further devices */
    PT_W_ALL,    /* the same, when this one is not known */

    /* What is there for a program; {}: why there is not. */
    PT_W_REFUSED,
    PT_W_HERE_ALONE,
    PT_W_BY_HAND,

    PT_W_APPLE_MAIL,
    PT_W_GET_PROFILE,
    PT_W_STEPS_IPHONE,
    PT_W_NOTE_IPHONE,
    PT_W_STEPS_MAC,
    PT_W_NOTE_MAC,
    PT_W_THUNDERBIRD,
    PT_W_NOTE_THUNDERBIRD,
    PT_W_GET_ZIP,
    PT_W_STEPS_THUNDERBIRD,
    PT_W_MOBILE,
    PT_W_NOTE_MOBILE,
    PT_W_GET_K9S,
    PT_W_STEPS_MOBILE,
    PT_W_OUTLOOK,
    PT_W_NOTE_OUTLOOK,
    PT_W_GET_PRF,
    PT_W_STEPS_OUTLOOK,
    PT_W_EVOLUTION,
    PT_W_NOTE_EVOLUTION,

    PT_W_CODES,
    PT_W_CODES_LEAD,
    PT_W_CODE, /* {}: what for */
    PT_W_CODE_PROFILE,
    PT_W_CODE_PROFILE_DO,
    PT_W_CODE_MOBILE,
    PT_W_CODE_MOBILE_DO,
    PT_W_CODE_UNREACHABLE,

    PT_W_CARD,
    PT_W_CARD_LEAD,
    PT_W_RECEIVING, /* {}: "IMAP" */
    PT_W_SENDING,
    PT_W_SERVER,
    PT_W_PORT,
    PT_W_PROTECTION,
    PT_W_UNPROTECTED,
    PT_W_LOGIN,
    PT_W_SIGN_IN,
    PT_W_OR,
    PT_W_CERTIFICATE,
    PT_W_PASSWORD,
    PT_W_PASSWORD_IS,
    PT_W_GUIDES,
    PT_W_GET_CARD,

    /* Ways to sign in. */
    PT_W_BY_PASSWORD,
    PT_W_BY_ENCRYPTED,
    PT_W_BY_OAUTH2,
    PT_W_BY_GSSAPI,
    PT_W_BY_NTLM,
    PT_W_BY_NOTHING,
    PT_W_BY_TLS_CERT,

    PT_W_CLOUD,
    PT_W_CLOUD_WHY, /* {}: the server */
    PT_W_CLOUD_DO,

    PT_W_CHECK,
    PT_W_CHECK_PRINT,
    PT_W_CHECK_DO, /* {}: the domain */
    PT_W_PLAIN_HTTP,
    PT_W_USE_HTTPS,

    PT_W_ROOT,
    PT_W_ROOT_WHY,
    PT_W_ROOT_GET,
    PT_W_ROOT_PRINT,
    PT_W_ROOT_IPHONE,
    PT_W_ROOT_MAC,
    PT_W_ROOT_ANDROID,
    PT_W_ROOT_WINDOWS,
    PT_W_ROOT_LINUX,

    PT_WORDS
};

struct pt_words {
    const char *lang; /* of HTML: "en" */
    const char *at[PT_WORDS];
};

extern const struct pt_words pt_words_english;

#endif
