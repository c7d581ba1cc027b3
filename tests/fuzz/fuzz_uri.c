/* Addresses that people write: endpoints, and where container credentials may be asked for. */
#include "fuzz.h"

#include "aws/container_uri.h"
#include "aws/endpoint.h"
#include "doors.h"

/* The literal address that begins so. */
static bool fuzz_is_safe(const char *at)
{
    char address[64] = "";

    snprintf(address, sizeof(address), "%.*s", (int)strcspn(at, *at == '[' ? "]" : ":/"),
             *at == '[' ? at + 1 : at);
    address[strcspn(address, "]")] = '\0';
    return container_uri_is_safe(address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct container_uri *uri = mem_zalloc(1, sizeof(*uri));
    struct endpoint *endpoint = mem_zalloc(1, sizeof(*endpoint));
    struct err e = {0};

    doors_reset(NULL);
    if (container_uri_full(text, INT64_MAX, uri, &e)) {
        FUZZ_HOLDS(fuzz_is_clean(uri->url) && fuzz_is_clean(uri->host));
        FUZZ_HOLDS(strncmp(uri->url, "http", 4) == 0);
        /* Plain http goes nowhere but to this machine and to AWS's link-local addresses. */
        FUZZ_HOLDS(uri->url[4] == 's' || fuzz_is_safe(uri->url + strlen("http://")));
    }
    if (container_uri_relative(text, uri, &e)) {
        FUZZ_HOLDS(strncmp(uri->url, "http://169.254.170.2/", 21) == 0 && fuzz_is_clean(uri->url));
    }
    if (endpoint_resolve("eu-west-1", text, "AWS_ENDPOINT_URL", endpoint, &e)) {
        FUZZ_HOLDS(fuzz_is_clean(endpoint->url) && fuzz_is_clean(endpoint->host));
        FUZZ_HOLDS(endpoint->path[0] == '/' && *endpoint->host && !strchr(endpoint->host, '@'));
    }
    if (endpoint_is_region(text)) {
        FUZZ_HOLDS(endpoint_resolve(text, NULL, NULL, endpoint, &e));
    }
    free(endpoint);
    free(uri);
    free(text);
    return 0;
}
