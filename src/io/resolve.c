#include "io/resolve.h"

#include "base/mem.h"
#include "io/system.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the thread works on. The thread owns it once it is given up; the pipe's end tells that it is done. */
struct resolve_job {
    char *name;
    int done[2];
    int failure;
    struct addrinfo *found;
};

static void *resolve_run(void *arg)
{
    struct resolve_job *job = arg;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};

    job->failure = getaddrinfo(job->name, NULL, &hints, &job->found);
    (void)!write(job->done[1], "", 1);
    return NULL;
}

static void resolve_free(struct resolve_job *job)
{
    if (job->found) {
        freeaddrinfo(job->found);
    }
    close(job->done[0]);
    close(job->done[1]);
    free(job->name);
    free(job);
}

/* True when the thread has ended in time. */
static bool resolve_wait(const struct resolve_job *job, int64_t deadline)
{
    for (;;) {
        struct pollfd wait[2] = {{.fd = job->done[0], .events = POLLIN},
                                 {.fd = system_stop_fd(), .events = POLLIN}};
        int64_t left = deadline - system_now_ms();

        if (system_stopped() || left <= 0) {
            return false;
        }
        if (poll(wait, 2, left > 1000 ? 1000 : (int)left) > 0 && wait[0].revents != 0) {
            return true;
        }
    }
}

const char *resolve_why(int failure)
{
    switch (failure) {
    case RESOLVE_NOT_ASKED:
        return "no thread could be started for it: raise the limit of processes (ulimit -u, the "
               "pids of the pod or of the node)";
    case EAI_NONAME:
    case EAI_NODATA:
        return "there is no such name: check its spelling (region, endpoint), or the private DNS "
               "of this network";
    case EAI_AGAIN:
        return "DNS fails or is silent, which may pass: check the name servers in /etc/resolv.conf "
               "and the way to them";
    case EAI_FAIL:
        return "DNS refuses to answer for it: check the name servers in /etc/resolv.conf";
    default:
        return gai_strerror(failure);
    }
}

static bool resolve_collect(const struct resolve_job *job,
                            char addresses[RESOLVE_MAX][RESOLVE_SIZE], size_t *count, struct err *e)
{
    *count = 0;
    if (job->failure != 0) {
        return err_set(e, ERR_NETWORK, "%s: could not resolve the name: %s", job->name,
                       resolve_why(job->failure));
    }
    for (struct addrinfo *a = job->found; a; a = a->ai_next) {
        if (*count == RESOLVE_MAX) {
            return err_set(e, ERR_NETWORK, "%s has more than %d addresses", job->name, RESOLVE_MAX);
        }
        if (getnameinfo(a->ai_addr, a->ai_addrlen, addresses[*count], RESOLVE_SIZE, NULL, 0,
                        NI_NUMERICHOST) == 0) {
            (*count)++;
        }
    }
    return *count > 0 || err_set(e, ERR_NETWORK, "%s has no address", job->name);
}

bool resolve_name(const char *name, int64_t deadline, char addresses[RESOLVE_MAX][RESOLVE_SIZE],
                  size_t *count, struct err *e)
{
    struct resolve_job *job = mem_zalloc(1, sizeof(*job));
    pthread_t thread;
    bool good;

    job->name = mem_strdup(name);
    /* Given up, it outlives this call; a program after -- is not to inherit it. */
    if (pipe2(job->done, O_CLOEXEC) != 0) {
        free(job->name);
        free(job);
        return err_set(e, ERR_INTERNAL, "%s: could not resolve the name: %s", name,
                       strerror(errno));
    }
    if (pthread_create(&thread, NULL, resolve_run, job) != 0) {
        resolve_free(job);
        return err_set(e, ERR_NETWORK, "%s: could not resolve the name: %s", name,
                       resolve_why(RESOLVE_NOT_ASKED));
    }
    if (!resolve_wait(job, deadline)) {
        /* It hangs in the C library and is left there, with its job: nothing can end it. */
        pthread_detach(thread);
        return system_stopped()
                   ? err_set(e, ERR_STOPPED, "stopped while resolving %s", name)
                   : err_set(
                         e, ERR_NETWORK,
                         "%s: DNS has no usable answer in time: check the name servers in /etc/resolv.conf",
                         name);
    }
    pthread_join(thread, NULL);
    good = resolve_collect(job, addresses, count, e);
    resolve_free(job);
    return good;
}
