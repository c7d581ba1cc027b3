/*
 * A DynamoDB stand-in over plain HTTP that costs next to nothing, because its time is inside what the bench measures.
 * Knows DescribeTable and CreateTable of tables with the keys PK and SK, nothing else.
 *
 *   plain_server [--existing] [--answer-ms N] [--ready-ms N]
 *
 * --existing     every table exists and is ACTIVE; otherwise none does until it is created, and a second create
 *                of one name gets ResourceInUseException
 * --answer-ms N  each answer comes N ms after its request
 * --ready-ms N   a created table is CREATING for N ms
 *
 * Listens on a free loopback port and prints "port N". GET /stats, and SIGTERM on stdout, give what was counted
 * as JSON; times are CLOCK_MONOTONIC seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 1000
#define REQUEST_MAX 16384
#define ANSWER_MAX 2048
#define NAME_MAX_LEN 255
#define TABLES_MAX 256
#define US_PER_MS 1000
#define US_PER_S 1000000

struct client {
    int fd;
    size_t len;
    int64_t answer_at; /* 0: no whole request has come yet */
    char request[REQUEST_MAX + 1];
};

struct table {
    char name[NAME_MAX_LEN + 1];
    int64_t created_at;
};

struct counters {
    long describe, create, created, other, connections;
    int64_t first_created_at, first_seen_active_at;
};

static struct client clients[CLIENTS_MAX];
static size_t client_count;
static struct table tables[TABLES_MAX];
static size_t table_count;
static struct counters counted;
static bool all_exist;
static int64_t answer_us, ready_us;
static volatile sig_atomic_t stopped;

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void stats(char *out, size_t size)
{
    snprintf(out, size,
             "{\"DescribeTable\": %ld, \"CreateTable\": %ld, \"created\": %ld, \"other\": %ld, "
             "\"connections\": %ld, \"created_at\": %.6f, \"seen_active_at\": %.6f}",
             counted.describe, counted.create, counted.created, counted.other, counted.connections,
             (double)counted.first_created_at / US_PER_S,
             (double)counted.first_seen_active_at / US_PER_S);
}

/* SDKs check the checksum that DynamoDB puts on each answer. */
static uint32_t crc32(const char *data)
{
    uint32_t crc = ~0U;

    for (; *data; data++) {
        crc ^= (unsigned char)*data;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
        }
    }
    return ~crc;
}

static struct table *find_table(const char *name)
{
    for (size_t i = 0; i < table_count; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}

static void describe_body(char *body, const char *wrapper, const char *name, const char *status)
{
    snprintf(body, ANSWER_MAX,
             "{\"%s\":{\"TableName\":\"%s\",\"TableStatus\":\"%s\",\"AttributeDefinitions\":["
             "{\"AttributeName\":\"PK\",\"AttributeType\":\"S\"},"
             "{\"AttributeName\":\"SK\",\"AttributeType\":\"S\"}],"
             "\"KeySchema\":[{\"AttributeName\":\"PK\",\"KeyType\":\"HASH\"},"
             "{\"AttributeName\":\"SK\",\"KeyType\":\"RANGE\"}],"
             "\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":5,"
             "\"WriteCapacityUnits\":5},\"ItemCount\":0,\"TableSizeBytes\":0,"
             "\"CreationDateTime\":1.7E9,\"DeletionProtectionEnabled\":false,"
             "\"TableId\":\"01234567-89ab-cdef-0123-456789abcdef\","
             "\"TableArn\":\"arn:aws:dynamodb:us-east-1:123456789012:table/%s\"}}",
             wrapper, name, status, name);
}

static int describe_table(const char *name, char *body)
{
    struct table *t = find_table(name);
    bool active = all_exist || (t && now_us() - t->created_at >= ready_us);

    if (!t && !all_exist) {
        snprintf(body, ANSWER_MAX,
                 "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\","
                 "\"message\":\"Requested resource not found: Table: %s not found\"}",
                 name);
        return 400;
    }
    if (active && counted.first_seen_active_at == 0) {
        counted.first_seen_active_at = now_us();
    }
    describe_body(body, "Table", name, active ? "ACTIVE" : "CREATING");
    return 200;
}

static int create_table(const char *name, char *body)
{
    if (all_exist || find_table(name) || table_count == TABLES_MAX) {
        snprintf(body, ANSWER_MAX,
                 "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceInUseException\","
                 "\"message\":\"Table already exists: %s\"}",
                 name);
        return 400;
    }
    snprintf(tables[table_count].name, sizeof(tables[table_count].name), "%s", name);
    tables[table_count++].created_at = now_us();
    if (counted.created++ == 0) {
        counted.first_created_at = now_us();
    }
    describe_body(body, "TableDescription", name, "CREATING");
    return 200;
}

/* The value of "TableName" in the body, "" without one. */
static void table_name(const char *request, char name[NAME_MAX_LEN + 1])
{
    const char *p = strstr(request, "\"TableName\"");

    name[0] = '\0';
    if (p) {
        sscanf(p + strlen("\"TableName\""), " : \"%255[A-Za-z0-9_.-]\"", name);
    }
}

static bool asks(const struct client *c, const char *operation)
{
    const char *target = strstr(c->request, "DynamoDB_20120810.");

    return target &&
           strncmp(target + strlen("DynamoDB_20120810."), operation, strlen(operation)) == 0;
}

/* Counted when it comes, answered when its time has come. */
static void count(const struct client *c)
{
    if (asks(c, "DescribeTable")) {
        counted.describe++;
    } else if (asks(c, "CreateTable")) {
        counted.create++;
    } else if (strncmp(c->request, "GET /stats ", strlen("GET /stats ")) != 0) {
        counted.other++;
    }
}

static void answer(struct client *c)
{
    char body[ANSWER_MAX];
    char text[ANSWER_MAX + 512];
    char name[NAME_MAX_LEN + 1];
    int status = 200;
    int len;

    table_name(c->request, name);
    if (asks(c, "DescribeTable")) {
        status = describe_table(name, body);
    } else if (asks(c, "CreateTable")) {
        status = create_table(name, body);
    } else if (strncmp(c->request, "GET /stats ", strlen("GET /stats ")) == 0) {
        stats(body, sizeof(body));
    } else {
        status = 400;
        snprintf(body, sizeof(body),
                 "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}");
    }
    len =
        snprintf(text, sizeof(text),
                 "HTTP/1.1 %d %s\r\nContent-Type: application/x-amz-json-1.0\r\n"
                 "Content-Length: %zu\r\nx-amz-crc32: %u\r\n"
                 "x-amzn-RequestId: BENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCH0\r\n\r\n%s",
                 status, status == 200 ? "OK" : "Bad Request", strlen(body), crc32(body), body);
    if (send(c->fd, text, (size_t)len, MSG_NOSIGNAL) != len) {
        shutdown(c->fd, SHUT_RDWR); /* the next read ends it */
    }
    c->len = 0;
    c->answer_at = 0;
}

static bool is_whole(const struct client *c)
{
    const char *end = strstr(c->request, "\r\n\r\n");
    const char *length = strcasestr(c->request, "\r\nContent-Length:");
    unsigned long body = 0;

    if (!end) {
        return false;
    }
    if (length && length < end) {
        body = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
    }
    return c->len >= (size_t)(end + 4 - c->request) + body;
}

/* false when the client is gone, or says more than a request should. */
static bool take(struct client *c)
{
    ssize_t got = read(c->fd, c->request + c->len, REQUEST_MAX - c->len);

    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    c->len += (size_t)got;
    c->request[c->len] = '\0';
    if (is_whole(c)) {
        count(c);
        c->answer_at = now_us() + answer_us;
    }
    return true;
}

static void admit(int listener)
{
    int fd = accept(listener, NULL, NULL);

    if (fd < 0) {
        return;
    }
    counted.connections++;
    clients[client_count].fd = fd;
    clients[client_count].len = 0;
    clients[client_count++].answer_at = 0;
}

static void dismiss(size_t i)
{
    close(clients[i].fd);
    client_count--;
    if (i != client_count) {
        clients[i] = clients[client_count];
    }
}

/* Answers what is due; returns how long until the next is, -1 when nobody waits. */
static int64_t answer_due(void)
{
    int64_t next = -1;

    for (size_t i = 0; i < client_count; i++) {
        int64_t wait = clients[i].answer_at - now_us();

        if (clients[i].answer_at == 0) {
            continue;
        }
        if (wait <= 0) {
            answer(&clients[i]);
        } else if (next < 0 || wait < next) {
            next = wait;
        }
    }
    return next;
}

static void turn(int listener, const sigset_t *while_waiting)
{
    static struct pollfd fds[CLIENTS_MAX + 1];
    int64_t wait = answer_due();
    struct timespec t = {.tv_sec = wait / US_PER_S, .tv_nsec = wait % US_PER_S * 1000};
    size_t count_before = client_count;

    for (size_t i = 0; i < client_count; i++) {
        fds[i] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
    }
    fds[client_count] =
        (struct pollfd){.fd = client_count < CLIENTS_MAX ? listener : -1, .events = POLLIN};
    if (ppoll(fds, client_count + 1, wait < 0 ? NULL : &t, while_waiting) <= 0) {
        return;
    }
    if (fds[count_before].revents) {
        admit(listener);
    }
    for (size_t i = count_before; i-- > 0;) { /* from the end: dismiss moves the last one down */
        if (fds[i].revents && !take(&clients[i])) {
            dismiss(i);
        }
    }
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        die("listen");
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void read_options(char **argv)
{
    for (; *argv; argv++) {
        if (strcmp(*argv, "--existing") == 0) {
            all_exist = true;
        } else if (strcmp(*argv, "--answer-ms") == 0 && argv[1]) {
            answer_us = strtol(*++argv, NULL, 10) * US_PER_MS;
        } else if (strcmp(*argv, "--ready-ms") == 0 && argv[1]) {
            ready_us = strtol(*++argv, NULL, 10) * US_PER_MS;
        } else {
            fprintf(stderr, "usage: plain_server [--existing] [--answer-ms N] [--ready-ms N]\n");
            exit(64);
        }
    }
}

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = stop};
    sigset_t blocked, open;
    char text[ANSWER_MAX];
    int listener;

    (void)argc;
    read_options(argv + 1);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &open); /* they arrive in ppoll only */
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    listener = listen_somewhere();
    while (!stopped) {
        turn(listener, &open);
    }
    stats(text, sizeof(text));
    puts(text);
    return 0;
}
