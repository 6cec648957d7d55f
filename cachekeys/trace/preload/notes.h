/* Taking notes for helper.c: what is worth one, what was noted before, and how it gets to the log.
 *
 * CACHEKEYS_TRACE_DIR: the directory of the log, "preload.log" in it. CACHEKEYS_TRACE_ROOTS: directories of interest, one a line.
 * A note: kind, process id, space, nanoseconds of the monotonic clock, space, text, NUL. Kinds: R read, S asked for and there, M asked for and
 * absent, L listed, W made, changed or removed, X about to run, E variable asked for, P program that began (text: parent's
 * id, working directory, arguments, each ended by \1).
 */
#ifndef CACHEKEYS_NOTES_H
#define CACHEKEYS_NOTES_H
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define ROOTS 8
#define SEEN 8192 /* a power of two */

extern char **environ;

static int active;
static char log_path[4096];
static char roots[8192];
static struct { const char *path; size_t length; } root[ROOTS];
static int root_count;
static uint64_t seen[SEEN];
static unsigned seen_count;
static char names[2048]; /* notes on variables, not yet written */
static size_t names_length;
static char names_busy;

/* ---- taking notes ------------------------------------------------------------------------------------------------------------ */

static char *decimal(char *end, uint64_t number)
{
    do *--end = (char)('0' + number % 10); while (number /= 10);
    return end;
}

/* Puts "<kind><pid> <when> " at the end of the buffer that ends before `end`. */
static char *head(char *end, char kind)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    *--end = ' ';
    end = decimal(end, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
    *--end = ' ';
    end = decimal(end, (uint64_t)getpid());
    *--end = kind;
    return end;
}

static void append(const struct iovec *parts, int count)
{
    /* Raw system calls: the functions are ours, and may not be there yet. */
    long log = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (log < 0)
        return;
    syscall(SYS_writev, log, parts, count);
    syscall(SYS_close, log);
}

static void emit(char kind, const char *text, size_t length)
{
    char buffer[64], *end = buffer + sizeof buffer, *begin = head(end, kind);
    append((struct iovec[]){{begin, (size_t)(end - begin)}, {(void *)text, length}, {"", 1}}, 3);
}

/* ---- small sets of texts, by their hashes; one that is full is emptied: twice is no harm, a slow build is ------------------------------- */

static uint64_t hash_of(char kind, const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037u ^ (unsigned char)kind;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash | 1;
}

static uint64_t *slot_of(uint64_t *set, uint64_t hash)
{
    for (size_t i = (hash >> 20) % SEEN;; i = (i + 1) % SEEN) {
        uint64_t here = __atomic_load_n(&set[i], __ATOMIC_RELAXED);
        if (here == hash || here == 0)
            return &set[i];
    }
}

static int remembers(uint64_t *set, uint64_t hash)
{
    return __atomic_load_n(slot_of(set, hash), __ATOMIC_RELAXED) == hash;
}

static void forget(uint64_t *set, unsigned *count)
{
    for (size_t i = 0; i < SEEN; i++)
        __atomic_store_n(&set[i], 0, __ATOMIC_RELAXED);
    __atomic_store_n(count, 0, __ATOMIC_RELAXED);
}

static void remember(uint64_t *set, unsigned *count, uint64_t hash)
{
    __atomic_store_n(slot_of(set, hash), hash, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(count, 1, __ATOMIC_RELAXED) > SEEN / 2)
        forget(set, count);
}

/* Whether this was noted by this process before. */
static int known(char kind, const char *text, size_t length)
{
    uint64_t hash = hash_of(kind, text, length);
    if (remembers(seen, hash))
        return 1;
    remember(seen, &seen_count, hash);
    return 0;
}

static void flush(void)
{
    if (!active || __atomic_test_and_set(&names_busy, __ATOMIC_ACQUIRE))
        return;
    if (names_length)
        append(&(struct iovec){names, names_length}, 1);
    names_length = 0;
    __atomic_clear(&names_busy, __ATOMIC_RELEASE);
}

static void note_name(const char *name)
{
    static const char *const noise[] = {"LC_", "LANG", "PYTHON", "TERM", "COLUMNS", "LINES", "CACHEKEYS_TRACE_", "LD_PRELOAD", "COLLECT_"};
    size_t length = name ? strlen(name) : 0;
    int saved = errno;
    if (!active || length == 0 || length > 200)
        return;
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
        if (strncmp(name, noise[i], strlen(noise[i])) == 0)
            return;
    if (known('E', name, length))
        return;
    if (names_length > sizeof names - 300)
        flush();
    if (__atomic_test_and_set(&names_busy, __ATOMIC_ACQUIRE)) {
        emit('E', name, length);
    } else {
        char buffer[64], *end = buffer + sizeof buffer, *begin = head(end, 'E');
        if (names_length <= sizeof names - 300) {
            memcpy(names + names_length, begin, (size_t)(end - begin));
            names_length += (size_t)(end - begin);
            memcpy(names + names_length, name, length + 1);
            names_length += length + 1;
        }
        __atomic_clear(&names_busy, __ATOMIC_RELEASE);
    }
    errno = saved;
}

/* Takes "//", "." and ".." out of an absolute path, in place; returns its length. */
static size_t normalise(char *path)
{
    char *to = path;
    for (const char *from = path; *from;) {
        while (*from == '/')
            from++;
        size_t part = strcspn(from, "/");
        if (part == 2 && from[0] == '.' && from[1] == '.') {
            while (to > path && *--to != '/')
                ;
        } else if (part && !(part == 1 && *from == '.')) {
            *to++ = '/';
            memmove(to, from, part);
            to += part;
        }
        from += part;
    }
    if (to == path)
        *to++ = '/';
    *to = 0;
    return (size_t)(to - path);
}

static int inside(const char *path)
{
    for (int i = 0; i < root_count; i++)
        if (strncmp(path, root[i].path, root[i].length) == 0 && (path[root[i].length] == '/' || !path[root[i].length]))
            return 1;
    return 0;
}

static void __attribute__((noinline)) note_anywhere(char kind, int start, const char *path)
{
    char full[4096 + 64];
    size_t length = strlen(path), before = 0;
    if (*path != '/') {
        long got;
        if (start == AT_FDCWD) {
            got = syscall(SYS_getcwd, full, 4096) - 1;
        } else {
            char link[40] = "/proc/self/fd/", *end = link + sizeof link - 1, *digits = decimal(end, (uint64_t)start);
            memcpy(link + 14, digits, (size_t)(end - digits));
            link[14 + (end - digits)] = 0;
            got = syscall(SYS_readlinkat, AT_FDCWD, link, full, 4095);
        }
        if (got <= 0 || *full != '/')
            return;
        before = (size_t)got;
        full[before++] = '/';
    }
    if (before + length >= 4096)
        return;
    memcpy(full + before, path, length + 1);
    length = normalise(full);
    if (inside(full) && !strstr(full, "/site-packages/") && !known(kind, full, length))
        emit(kind, full, length);
}

static void note(char kind, int start, const char *path)
{
    if (!active || !path || (*path == 0 && start < 0))
        return;
    if (*path == '/' && !inside(path) && !strstr(path, "/../") && !strstr(path, "//") && !strstr(path, "/./"))
        return;
    int saved = errno;
    note_anywhere(kind, start, path);
    errno = saved;
}

static void asked(int start, const char *path, int failed)
{
    if (!failed)
        note('S', start, path);
    else if (errno == ENOENT || errno == ENOTDIR)
        note('M', start, path);
}

static void opened(int start, const char *path, int flags, int failed)
{
    if (failed) {
        if (!(flags & O_CREAT))
            asked(start, path, 1);
    } else if ((flags & O_DIRECTORY) || (flags & O_PATH)) {
        note('S', start, path);
    } else {
        int mode = flags & O_ACCMODE;
        if (mode == O_RDONLY ? !(flags & O_TRUNC) : mode == O_RDWR && !(flags & (O_TRUNC | O_CREAT)))
            note('R', start, path);
        if (mode != O_RDONLY || (flags & O_TRUNC))
            note('W', start, path);
    }
}

static void running(const char *path)
{
    int saved = errno;
    size_t length = active && path ? strlen(path) : 0;
    /* Who searches the PATH tries names that are not there. */
    int is_there = !length || !strchr(path, '/') || !syscall(SYS_faccessat, AT_FDCWD, path, X_OK);
    if (length && length < 4096 && is_there && !known('X', path, length))
        emit('X', path, length);
    flush();
    errno = saved;
}

/* ---- beginning and end ------------------------------------------------------------------------------------------------------- */

static void began(int argc, char **argv)
{
    char text[4096], buffer[32], *end = buffer + sizeof buffer, *parent = decimal(end, (uint64_t)getppid());
    size_t used = (size_t)(end - parent);
    memcpy(text, parent, used);
    text[used++] = 1;
    long got = syscall(SYS_getcwd, text + used, 1024);
    used += got > 1 ? (size_t)got - 1 : 0;
    text[used++] = 1;
    for (int i = 0; i < argc && argv[i]; i++) {
        size_t length = strlen(argv[i]);
        if (used + length + 8 > sizeof text) {
            memcpy(text + used, "...\1", 4);
            used += 4;
            break;
        }
        memcpy(text + used, argv[i], length);
        used += length;
        text[used++] = 1;
    }
    emit('P', text, used);
}

__attribute__((constructor)) static void start(int argc, char **argv)
{
    const char *directory = 0, *lines = 0;
    for (char **each = environ; each && *each; each++) {
        if (!strncmp(*each, "CACHEKEYS_TRACE_DIR=", 20))
            directory = *each + 20;
        else if (!strncmp(*each, "CACHEKEYS_TRACE_ROOTS=", 22))
            lines = *each + 22;
    }
    if (!directory || *directory != '/' || strlen(directory) > sizeof log_path - 20 || !lines || strlen(lines) >= sizeof roots)
        return;
    strcpy(log_path, directory);
    strcat(log_path, "/preload.log");
    strcpy(roots, lines);
    for (char *line = roots; line && root_count < ROOTS;) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        if (*line == '/') {
            root[root_count].path = line;
            root[root_count++].length = strlen(line);
        }
        line = next;
    }
    active = 1;
    int saved = errno;
#ifndef __GLIBC__ /* others do not say how the program was called */
    argc = 0;
#endif
    began(argc, argv);
    errno = saved;
}

__attribute__((destructor)) static void end(void) { flush(); }

#endif
