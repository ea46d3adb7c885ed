/*
 * A disk of one program's, in trouble: loaded before the C library (LD_PRELOAD), it stands between the program and
 * the files below the folder CHAOS_DISK_FILES. In the folder CHAOS_DISK_CONTROL, a file `full` lets their writes fail
 * for want of space while it is there, a file `slow` delays their writes and syncs. What has met either leaves `full.met`
 * or `slow.met` there. Memory that is mapped is not covered.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define WRITE_US 500
#define SYNC_US 300000

/* The path of a control file; empty where there is no room for it. */
static void control(char *path, const char *name) {
    const char *folder = getenv("CHAOS_DISK_CONTROL");
    int length = folder ? snprintf(path, PATH_MAX, "%s/%s", folder, name) : -1;
    if (length < 0 || length >= PATH_MAX)
        path[0] = 0;
}

static int in_trouble(const char *trouble) {
    char path[PATH_MAX];
    control(path, trouble);
    return access(path, F_OK) == 0;
}

/* Leaves a sign that a call has met the trouble. */
static void met(const char *trouble) {
    char name[16], path[PATH_MAX];
    snprintf(name, sizeof name, "%s.met", trouble);
    control(path, name);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static int is_on_disk(int fd) {
    const char *folder = getenv("CHAOS_DISK_FILES");
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path);
    return folder && length > 0 && (size_t)length > strlen(folder) && !strncmp(path, folder, strlen(folder));
}

/* Whether a write fails; one that does not may take its time. */
static int is_refused(int fd) {
    int full = in_trouble("full"), slow = in_trouble("slow"), before = errno;
    if ((full || slow) && is_on_disk(fd)) {
        met(full ? "full" : "slow");
        if (full) {
            errno = ENOSPC;
            return 1;
        }
        usleep(WRITE_US);
    }
    errno = before;
    return 0;
}

static void before_sync(int fd) {
    int before = errno;
    if (in_trouble("slow") && is_on_disk(fd)) {
        met("slow");
        usleep(SYNC_US);
    }
    errno = before;
}

/* The C library's own function of this name. */
#define NEXT(result, name, ...)                                        \
    static result (*next)(__VA_ARGS__);                                \
    if (!next)                                                         \
        next = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *bytes, size_t count) {
    NEXT(ssize_t, "write", int, const void *, size_t);
    return is_refused(fd) ? -1 : next(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    NEXT(ssize_t, "writev", int, const struct iovec *, int);
    return is_refused(fd) ? -1 : next(fd, parts, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return is_refused(fd) ? -1 : next(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return is_refused(fd) ? -1 : next(fd, bytes, count, at);
}

int ftruncate(int fd, off_t length) {
    NEXT(int, "ftruncate", int, off_t);
    return is_refused(fd) ? -1 : next(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    NEXT(int, "ftruncate64", int, off64_t);
    return is_refused(fd) ? -1 : next(fd, length);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
    NEXT(int, "fallocate", int, int, off_t, off_t);
    return is_refused(fd) ? -1 : next(fd, mode, at, length);
}

int fallocate64(int fd, int mode, off64_t at, off64_t length) {
    NEXT(int, "fallocate64", int, int, off64_t, off64_t);
    return is_refused(fd) ? -1 : next(fd, mode, at, length);
}

/* Tells its error by what it returns. */
int posix_fallocate(int fd, off_t at, off_t length) {
    NEXT(int, "posix_fallocate", int, off_t, off_t);
    return is_refused(fd) ? ENOSPC : next(fd, at, length);
}

int fsync(int fd) {
    NEXT(int, "fsync", int);
    before_sync(fd);
    return next(fd);
}

int fdatasync(int fd) {
    NEXT(int, "fdatasync", int);
    before_sync(fd);
    return next(fd);
}
