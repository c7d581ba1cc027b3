#include "io/system.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EXIT_CANNOT_EXECUTE 126
#define EXIT_NOT_FOUND 127
#define READ_CHUNK 16384
#define WRITE_PATIENCE_MS \
    400 /* for a reader who sleeps: less than what a run may end after its deadline */

static const int system_signals[] = {SIGINT, SIGTERM, SIGPIPE};
#define SIGNAL_COUNT (sizeof(system_signals) / sizeof(system_signals[0]))

static struct sigaction system_at_start[SIGNAL_COUNT];
static volatile sig_atomic_t system_stop_signal;
static int system_pipe[2] = {-1, -1};

static void system_on_stop(int number)
{
    int saved = errno;
    ssize_t ignored;

    if (!system_stop_signal) {
        system_stop_signal = number;
    }
    /* nobody ever reads it: the other end stays readable */
    ignored = write(system_pipe[1], "", 1);
    (void)ignored;
    errno = saved;
}

static void system_take_signals(void)
{
    size_t i;

    for (i = 0; i < SIGNAL_COUNT; i++) {
        struct sigaction action = {0};

        /* without SA_RESTART: what waits is to wake up */
        action.sa_handler = system_signals[i] == SIGPIPE ? SIG_IGN : system_on_stop;
        sigemptyset(&action.sa_mask);
        sigaction(system_signals[i], &action, NULL);
    }
}

void system_open(void)
{
    int fd;
    size_t i;

    /* What we open next must not become standard error: the log would be written into it. What stands in for a closed
     * descriptor is open for the other direction: to use it fails, as it would have. */
    for (fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
    if (pipe2(system_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        /* the flag and EINTR still work, only later */
        system_pipe[0] = system_pipe[1] = -1;
    }
    for (i = 0; i < SIGNAL_COUNT; i++) {
        sigaction(system_signals[i], NULL, &system_at_start[i]);
    }
    system_take_signals();
}

static int64_t system_clock(clockid_t clock)
{
    struct timespec t = {0};

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t system_now_ms(void)
{
    return system_clock(CLOCK_MONOTONIC);
}

int64_t system_wall_ms(void)
{
    return system_clock(CLOCK_REALTIME);
}

int system_stopped(void)
{
    return system_stop_signal;
}

int system_stop_fd(void)
{
    return system_pipe[0];
}

/* What poll takes: an int, and never 0 for a moment that is still ahead. */
static int system_ms_until(int64_t ms)
{
    int64_t now = system_now_ms();

    if (ms <= now) {
        return 0;
    }
    return ms - now > INT_MAX ? INT_MAX : (int)(ms - now);
}

void system_sleep_until(int64_t ms)
{
    while (!system_stopped() && system_now_ms() < ms) {
        struct pollfd stop = {.fd = system_pipe[0], .events = POLLIN};

        poll(&stop, 1, system_ms_until(ms));
    }
}

void system_random(void *out, size_t size)
{
    unsigned char *bytes = out;
    struct timespec t = {0};
    uint64_t state;
    size_t i;

    if (size <= 256 && getrandom(out, size, GRND_NONBLOCK) == (ssize_t)size) {
        return;
    }
    /* A machine that has just booted has none yet; jitter is not worth waiting for. */
    clock_gettime(CLOCK_REALTIME, &t);
    state = ((uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec) ^ ((uint64_t)getpid() << 40);
    for (i = 0; i < size; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        bytes[i] = (unsigned char)(state >> 56);
    }
}

const char *system_env(const char *name)
{
    const char *value = getenv(name);

    return text_is_blank(value) ? NULL : value;
}

/* Waits for bytes or their end. */
static bool system_wait_readable(int fd, const char *name, int64_t deadline, struct err *e)
{
    for (;;) {
        struct pollfd wait[2] = {{.fd = fd, .events = POLLIN},
                                 {.fd = system_pipe[0], .events = POLLIN}};
        bool forever = deadline == INT64_MAX;

        if (system_stopped()) {
            return err_set(e, ERR_STOPPED, "stopped while reading %s", name);
        }
        if (!forever && system_now_ms() >= deadline) {
            return err_set(e, ERR_TIME, "cannot read %s: it did not end in time", name);
        }
        if (poll(wait, 2, forever ? -1 : system_ms_until(deadline)) > 0 && wait[0].revents != 0) {
            return true;
        }
    }
}

static bool system_read_all(int fd, const char *name, int64_t deadline, struct buf *out,
                            struct err *e)
{
    char chunk[READ_CHUNK];
    bool ok = true;
    bool more = true;

    while (ok && more) {
        ssize_t got;

        ok = system_wait_readable(fd, name, deadline, e);
        if (!ok) {
            break;
        }
        got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno != EINTR && errno != EAGAIN) {
            ok = err_set(e, ERR_FILE, "cannot read %s: %s", name, strerror(errno));
        }
        if (got > 0 && !buf_append(out, chunk, (size_t)got)) {
            ok = err_set(e, ERR_FILE, "cannot read %s: it is larger than %zu bytes", name,
                         out->ceiling);
        }
        more = got != 0;
    }
    mem_wipe(chunk, sizeof(chunk)); /* a token may have passed */
    return ok;
}

bool system_read_file(const char *path, int64_t deadline, struct buf *out, struct err *e)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    struct stat st;
    bool ok;
    int fd = STDIN_FILENO;

    if (!is_stdin) {
        /* O_NONBLOCK: to open a FIFO that nobody writes would last for ever */
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    }
    if (fd < 0) {
        return err_set(e, ERR_FILE, "cannot read %s: %s", name, strerror(errno));
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        ok = err_set(e, ERR_FILE, "cannot read %s: it is a directory", name);
    } else {
        ok = system_read_all(fd, name, deadline, out, e);
    }
    if (!is_stdin) {
        close(fd);
    }
    return ok;
}

bool system_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

bool system_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int system_by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool system_ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t end = strlen(ending);

    return len > end && strcmp(name + len - end, ending) == 0;
}

bool system_list(const char *folder, const char *ending, char ***paths, size_t *count,
                 struct err *e)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int failure;

    *paths = NULL;
    *count = 0;
    if (!dir) {
        return err_set(e, ERR_FILE, "cannot read the folder %s: %s", folder, strerror(errno));
    }
    do {
        errno = 0;
        entry = readdir(dir);
        failure = errno; /* else the end of the folder: half a list would be half a spec */
        if (entry && entry->d_name[0] != '.' && system_ends_with(entry->d_name, ending)) {
            size_t size = strlen(folder) + strlen(entry->d_name) + 2;
            char *path = mem_zalloc(size, 1);

            snprintf(path, size, "%s/%s", folder, entry->d_name);
            *paths = mem_grow(*paths, *count + 1, sizeof(char *));
            (*paths)[(*count)++] = path;
        }
    } while (entry);
    closedir(dir);
    if (*count > 0) {
        qsort(*paths, *count, sizeof(char *), system_by_name);
    }
    return failure == 0 ||
           err_set(e, ERR_FILE, "cannot read the folder %s: %s", folder, strerror(failure));
}

bool system_file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool system_is_denied(const char *path, char *out, size_t size)
{
    struct stat st;
    bool seen;

    if (access(path, R_OK) == 0 || errno != EACCES) {
        return false;
    }
    seen = stat(path, &st) == 0;
    if (seen) {
        snprintf(out, size, "mode %04o, owner %u:%u; we are %u:%u", (unsigned)st.st_mode & 07777,
                 (unsigned)st.st_uid, (unsigned)st.st_gid, (unsigned)geteuid(),
                 (unsigned)getegid());
    } else {
        snprintf(out, size, "its folder may not be entered; we are %u:%u", (unsigned)geteuid(),
                 (unsigned)getegid());
    }
    return true;
}

/* Waits until PIPE_BUF bytes can be written without blocking. */
static bool system_wait_writable(int fd, int64_t until)
{
    for (;;) {
        bool stopped = system_stopped() != 0;
        struct pollfd wait[2] = {{.fd = fd, .events = POLLOUT},
                                 {.fd = system_pipe[0], .events = POLLIN}};
        int ready = poll(wait, 2, stopped ? 0 : system_ms_until(until));

        if (wait[0].revents != 0 || (ready < 0 && errno != EINTR)) {
            return true; /* where even poll is denied (RLIMIT_NOFILE), the write tells */
        }
        if (stopped || (!system_stopped() && system_now_ms() >= until)) {
            errno = stopped ? EINTR : ETIMEDOUT;
            return false;
        }
    }
}

bool system_write(int fd, const char *text, size_t len, int64_t until)
{
    while (len > 0 && system_wait_writable(fd, until)) {
        ssize_t put = write(fd, text, len < PIPE_BUF ? len : PIPE_BUF);

        if (put > 0) {
            text += put;
            len -= (size_t)put;
        } else if (put < 0 && errno != EINTR && errno != EAGAIN) {
            break;
        }
    }
    return len == 0;
}

void system_write_existing(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd >= 0) {
        (void)!write(fd, text, strlen(text));
        close(fd);
    }
}

int system_exec(char *const argv[], struct err *e)
{
    int cause;
    size_t i;

    for (i = 0; i < SIGNAL_COUNT; i++) {
        sigaction(system_signals[i], &system_at_start[i], NULL);
    }
    execvp(argv[0], argv);
    cause = errno;
    /* we live on: to write why, even to a reader who has gone */
    system_take_signals();
    err_set(e, ERR_FILE, "cannot execute %s: %s", argv[0], strerror(cause));
    return cause == ENOENT || cause == ENOTDIR ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}
