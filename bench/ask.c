/* ask.c - ask CONFIG IMAP SMTP: puts to Proton Mail Bridge the questions that
 * portolan puts, with libcurl and in the fewest words, and ends.  CONFIG is
 * the bridge's grpcServerConfig.json, the others are its ports.
 *
 * Two gRPC calls at once; then both ports at once, up to TLS and good-bye.
 * Linked as portolan is: what it takes above nothing.c is the bridge's answer
 * and what libcurl and OpenSSL need to hear it, whoever asks.
 */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CONFIG_MAX = 64 * 1024, POLL_MS = 1000 };

static const char empty_message[5];

static cJSON *read_config(const char *path)
{
    static char text[CONFIG_MAX];
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(text, 1, sizeof(text), file) : 0;

    if (file)
        fclose(file);
    return cJSON_ParseWithLength(text, len);
}

static const char *text_of(const cJSON *config, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(config, key));

    return text ? text : "";
}

static size_t discard(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

static struct curl_slist *make_headers(const cJSON *config)
{
    struct curl_slist *headers = NULL;
    char token[512];

    snprintf(token, sizeof(token), "server-token: %s",
             text_of(config, "token"));
    headers = curl_slist_append(headers, token);
    headers = curl_slist_append(headers, "Content-Type: application/grpc");
    return curl_slist_append(headers, "TE: trailers");
}

static CURL *make_call(const cJSON *config, struct curl_slist *headers,
                       const char *url)
{
    const char *pem = text_of(config, "cert");
    struct curl_blob blob = {.len = strlen(pem), .flags = CURL_BLOB_COPY};
    CURL *easy = curl_easy_init();

    blob.data = (void *)(uintptr_t)pem; /* is copied, not written to */
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
                     text_of(config, "fileSocketPath"));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, empty_message);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)sizeof(empty_message));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    return easy;
}

static CURL *make_greeting(const char *scheme, const char *port)
{
    CURL *easy = curl_easy_init();
    char url[64];

    snprintf(url, sizeof(url), "%s://127.0.0.1:%s", scheme, port);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    return easy;
}

static bool all_went_well(CURLM *multi)
{
    const CURLMsg *msg;
    int left;
    bool well = true;

    while ((msg = curl_multi_info_read(multi, &left))) {
        if (msg->data.result != CURLE_OK)
            fprintf(stderr, "ask: %s\n", curl_easy_strerror(msg->data.result));
        well &= msg->data.result == CURLE_OK;
    }
    return well;
}

static bool perform_both(CURL *first, CURL *second)
{
    CURLM *multi = curl_multi_init();
    int running = 1;
    bool well = !curl_multi_add_handle(multi, first) &&
                !curl_multi_add_handle(multi, second);

    while (well && running)
        well = !curl_multi_perform(multi, &running) &&
               (!running || !curl_multi_poll(multi, NULL, 0, POLL_MS, NULL));
    well = well && all_went_well(multi);
    curl_multi_remove_handle(multi, first);
    curl_multi_remove_handle(multi, second);
    curl_easy_cleanup(first);
    curl_easy_cleanup(second);
    curl_multi_cleanup(multi);
    return well;
}

static bool ask_grpc(const cJSON *config)
{
    static const char settings[] =
        "https://127.0.0.1/grpc.Bridge/MailServerSettings";
    static const char users[] = "https://127.0.0.1/grpc.Bridge/GetUserList";
    struct curl_slist *headers = make_headers(config);
    bool well = perform_both(make_call(config, headers, settings),
                             make_call(config, headers, users));

    curl_slist_free_all(headers);
    return well;
}

int main(int argc, char **argv)
{
    cJSON *config = argc == 4 ? read_config(argv[1]) : NULL;
    bool well = config && ask_grpc(config) &&
                perform_both(make_greeting("imap", argv[2]),
                             make_greeting("smtp", argv[3]));

    cJSON_Delete(config);
    return !well;
}
