#include "serve/landing_words.h"

const struct pt_words pt_words_english = {
    .lang = "en",
    .at = {
        [PT_W_NONE] = "",

        [PT_W_TITLE] = "Mail setup",
        [PT_W_HEADING] = "Set up your mail",
        [PT_W_LEAD] =
            "Type your address, and get the right file for this device. No "
            "password is asked for here, and none is taken.",
        [PT_W_ADDRESS] = "Mail address",
        [PT_W_SHOW] = "Show my settings",
        [PT_W_PROBLEM] = "That does not work: {}.",
        [PT_W_FOOTER] =
            "This page loads nothing from elsewhere, runs no script and keeps "
            "nothing of what you type. It is served by portolan.",
        [PT_W_FOR] = "Settings for {}",

        [PT_W_THIS_IPHONE] = "On this iPhone or iPad",
        [PT_W_THIS_MAC] = "On this Mac",
        [PT_W_THIS_ANDROID] = "On this Android device",
        [PT_W_THIS_WINDOWS] = "On this Windows PC",
        [PT_W_THIS_LINUX] = "On this computer",
        [PT_W_IPHONE] = "iPhone and iPad",
        [PT_W_MAC] = "Mac",
        [PT_W_ANDROID] = "Android",
        [PT_W_WINDOWS] = "Windows",
        [PT_W_LINUX] = "Linux",
        [PT_W_OTHERS] = "On another device",
        [PT_W_ALL] = "Choose your device",

        [PT_W_REFUSED] = "There is no file for it: {}.",
        [PT_W_HERE_ALONE] =
            "The mail servers are reached from the computer that serves this "
            "page alone, so a phone cannot have this account.",
        [PT_W_BY_HAND] = "Type in the settings yourself",

        [PT_W_APPLE_MAIL] = "Mail",
        [PT_W_GET_PROFILE] = "Get the profile",
        [PT_W_STEPS_IPHONE] =
            "In Safari, tap the button, then *Allow*.\n"
            "Open *Settings*, tap *Profile Downloaded* near the top, then "
            "*Install*.\n"
            "Type the password of the mailbox when you are asked for it.",
        [PT_W_NOTE_IPHONE] =
            "One profile waits at a time, and is deleted after 8 minutes if "
            "it is not installed: then get it again.",
        [PT_W_STEPS_MAC] =
            "Get the profile, and open it from *Downloads*.\n"
            "In *System Settings*, open *General*, *Device Management* (on "
            "macOS 13 and 14: *Privacy & Security*, *Profiles*), double-click "
            "it, and choose *Install*.\n"
            "Type the password of the mailbox when you are asked for it.",
        [PT_W_NOTE_MAC] =
            "Confirm it within 8 minutes. An iPad may look like a Mac from "
            "here: its steps are under *iPhone and iPad*.",
        [PT_W_THUNDERBIRD] = "Thunderbird",
        [PT_W_NOTE_THUNDERBIRD] =
            "It asks your domain by itself: *File*, *New*, *Existing Mail "
            "Account*; type your name and address. If it finds nothing, or "
            "other servers than this page names, give it the file:",
        [PT_W_GET_ZIP] = "Get the ZIP",
        [PT_W_STEPS_THUNDERBIRD] =
            "Get the ZIP, and leave it as it is.\n"
            "*Tools*, *Import*, *Import from a file*; choose the ZIP, and let "
            "Thunderbird restart.\n"
            "Type the password of the mailbox, once.",
        [PT_W_MOBILE] = "Thunderbird for Android and K-9 Mail",
        [PT_W_NOTE_MOBILE] =
            "Quickest is the QR code, if another screen shows this page; the "
            "file does the same.",
        [PT_W_GET_K9S] = "Get the settings file",
        [PT_W_STEPS_MOBILE] =
            "Get the file.\n"
            "In the app: *Settings*, *Import settings*; choose the file.\n"
            "Type the password of the mailbox when you are asked for it.",
        [PT_W_OUTLOOK] = "Outlook (classic)",
        [PT_W_NOTE_OUTLOOK] =
            "New Outlook reads no such file: type in the settings yourself.",
        [PT_W_GET_PRF] = "Get the PRF",
        [PT_W_STEPS_OUTLOOK] =
            "Get the file, and close Outlook.\n"
            "Press Windows+R, type *outlook.exe /importprf*, a blank, and "
            "where the file is; then Enter.\n"
            "Type the password of the mailbox when you are asked for it.",
        [PT_W_EVOLUTION] = "Evolution and KMail",
        [PT_W_NOTE_EVOLUTION] =
            "They ask your domain by themselves: add an account, and type "
            "your name and address. If they find nothing, or other servers, "
            "type in the settings yourself.",

        [PT_W_CODES] = "Scan it with a phone",
        [PT_W_CODES_LEAD] = "The phone has to be in the same network.",
        [PT_W_CODE] = "QR code: {}",
        [PT_W_CODE_PROFILE] = "iPhone and iPad",
        [PT_W_CODE_PROFILE_DO] =
            "Point the camera at it, open the link in Safari, and go on as "
            "under *iPhone and iPad*.",
        [PT_W_CODE_MOBILE] = "Thunderbird for Android",
        [PT_W_CODE_MOBILE_DO] =
            "In the app: *Settings*, *Import settings*, *Scan QR code*.",
        [PT_W_CODE_UNREACHABLE] =
            "There is no code for an iPhone: this page is reached from this "
            "computer alone.",

        [PT_W_CARD] = "Type it in yourself",
        [PT_W_CARD_LEAD] = "For any mail program that can be told its servers.",
        [PT_W_RECEIVING] = "Receiving ({})",
        [PT_W_SENDING] = "Sending (SMTP)",
        [PT_W_SERVER] = "Server",
        [PT_W_PORT] = "Port",
        [PT_W_PROTECTION] = "Protection",
        [PT_W_UNPROTECTED] = "None",
        [PT_W_LOGIN] = "User name",
        [PT_W_SIGN_IN] = "Sign in",
        [PT_W_OR] = "or",
        [PT_W_CERTIFICATE] = "Certificate (SHA-256)",
        [PT_W_PASSWORD] = "Password",
        [PT_W_PASSWORD_IS] =
            "That of the mailbox. Type it into your mail program, never into "
            "a page like this one.",
        [PT_W_GUIDES] = "Your provider says",
        [PT_W_GET_CARD] = "Get it as text, with the clicks for each program",

        [PT_W_BY_PASSWORD] = "by password",
        [PT_W_BY_ENCRYPTED] = "by encrypted password (CRAM-MD5 or the like)",
        [PT_W_BY_OAUTH2] = "in a window of the browser (OAuth2)",
        [PT_W_BY_GSSAPI] = "by Kerberos (GSSAPI)",
        [PT_W_BY_NTLM] = "by NTLM",
        [PT_W_BY_NOTHING] = "not at all",
        [PT_W_BY_TLS_CERT] = "by a certificate of yours",

        [PT_W_CLOUD] = "Not with new Outlook, or Outlook for phones",
        [PT_W_CLOUD_WHY] =
            "They hand your password to Microsoft, whose servers then fetch "
            "the mail. {} cannot be reached from the internet: these apps "
            "cannot have this account, whatever is typed.",
        [PT_W_CLOUD_DO] =
            "Classic Outlook, Thunderbird and the mail app of an iPhone or a "
            "Mac connect by themselves, and do.",

        [PT_W_CHECK] = "Is it the right page?",
        [PT_W_CHECK_PRINT] = "Fingerprint of these settings",
        [PT_W_CHECK_DO] =
            "Ask whoever runs this server for the fingerprint of {}. If it is "
            "the same, nobody changed the servers or their certificates on "
            "the way to you.",
        [PT_W_PLAIN_HTTP] =
            "This page came by plain http, so nobody vouches for it: anybody "
            "in this network can show you another one. Compare the "
            "fingerprint before you type a password anywhere.",
        [PT_W_USE_HTTPS] = "Open this page by https",

        [PT_W_ROOT] = "Trust this server\xE2\x80\x99s certificates",
        [PT_W_ROOT_WHY] =
            "This server signs its certificates itself. Install its root only "
            "if you trust who runs it, and after comparing its fingerprint: "
            "your device then believes it about any site.",
        [PT_W_ROOT_GET] = "Get the root certificate",
        [PT_W_ROOT_PRINT] = "Its fingerprint (SHA-256)",
        [PT_W_ROOT_IPHONE] =
            "The mail profile brings it along. Otherwise get it in Safari, "
            "then *Settings*, *Profile Downloaded*, *Install*.\n"
            "*Settings*, *General*, *About*, *Certificate Trust Settings*; "
            "switch it on.",
        [PT_W_ROOT_MAC] =
            "Open the file: Keychain Access takes it.\n"
            "Double-click it there; under *Trust* choose *Always Trust*.",
        [PT_W_ROOT_ANDROID] =
            "*Settings*, *Security & privacy*, *More security*, *Encryption "
            "& credentials*, *Install a certificate*, *CA certificate*.\n"
            "Choose the file. Mail apps may ask once more by themselves.",
        [PT_W_ROOT_WINDOWS] =
            "Open the file, and choose *Install Certificate*, *Current "
            "User*.\n"
            "*Place all certificates in the following store*: *Trusted Root "
            "Certification Authorities*.",
        [PT_W_ROOT_LINUX] =
            "Thunderbird and Firefox: *Settings*, *Privacy & Security*, "
            "*Certificates*, *View Certificates*, *Authorities*, *Import*.\n"
            "Other programs: *sudo trust anchor --store*, and where the file "
            "is (of the package p11-kit).",
    },
};
