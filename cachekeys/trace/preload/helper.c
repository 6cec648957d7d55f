/* Sees which files of the project the programs of a build use, and which environment variables they ask for.
 *
 * Loaded into every dynamically linked program of a traced build (LD_PRELOAD; Linux and other ELF systems with a GNU-like libc).
 * It stands before functions of the C library, calls the real one and then takes a note; it changes no argument, no result and
 * no errno. What it notes goes at once to one file that all processes append to, so nothing is lost when a program is killed, and
 * the order of the notes is that of time. Names of variables are kept until the program ends: they are many and their order tells
 * nothing. Nothing here takes a lock that it could wait for, allocates, or keeps a file open: programs fork, vfork, close
 * every descriptor, and call these functions from signal handlers and before main.
 *
 * Headers that declare the functions are left out where old ones define them inline (stat).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>

#include "notes.h"
#include "observing.h"

#define PUBLIC __attribute__((visibility("default")))

/* ---- what every wrapper does ---- */

static void *find(void **slot, const char *name)
{
    void *found = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    if (!found) {
        int saved = errno;
        found = dlsym(RTLD_NEXT, name);
        __atomic_store_n(slot, found, __ATOMIC_RELEASE);
        errno = saved;
    }
    return found;
}

/* Defines a function that calls the real one, keeps its result, and then does `afterwards`. */
#define WRAP(type, failure, name, parameters, arguments, afterwards)                \
    PUBLIC type name parameters                                                     \
    {                                                                               \
        static void *slot;                                                          \
        type(*real) parameters = (type(*) parameters)find(&slot, #name);            \
        type result = real ? real arguments : (errno = ENOSYS, (type)failure);      \
        afterwards;                                                                 \
        return result;                                                              \
    }

#define OPEN(name, parameters, start, ...)                                          \
    PUBLIC int name parameters                                                      \
    {                                                                               \
        static void *slot;                                                          \
        int(*real) parameters = (int(*) parameters)find(&slot, #name);              \
        unsigned mode = 0;                                                          \
        if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {                  \
            va_list rest;                                                           \
            va_start(rest, flags);                                                  \
            mode = va_arg(rest, unsigned);                                          \
            va_end(rest);                                                           \
        }                                                                           \
        int result = real ? real(__VA_ARGS__, flags, mode) : (errno = ENOSYS, -1);  \
        opened(start, path, flags, result < 0);                                     \
        return result;                                                              \
    }
OPEN(open, (const char *path, int flags, ...), AT_FDCWD, path)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, path)
OPEN(openat, (int at, const char *path, int flags, ...), at, at, path)
OPEN(openat64, (int at, const char *path, int flags, ...), at, at, path)

#define OPEN_2(name) WRAP(int, -1, name, (const char *path, int flags), (path, flags), opened(AT_FDCWD, path, flags, result < 0))
OPEN_2(__open_2)
OPEN_2(__open64_2)
#define OPENAT_2(name) WRAP(int, -1, name, (int at, const char *path, int flags), (at, path, flags), opened(at, path, flags, result < 0))
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)
#define CREAT(name) WRAP(int, -1, name, (const char *path, mode_t mode), (path, mode), opened(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, result < 0))
CREAT(creat)
CREAT(creat64)

static void opened_stream(const char *path, const char *mode, int failed)
{
    int plus = strchr(mode, '+') != 0;
    int flags = *mode == 'r' ? (plus ? O_RDWR : O_RDONLY) : (plus && *mode == 'a' ? O_RDWR : O_WRONLY) | O_CREAT;
    opened(AT_FDCWD, path, flags, failed);
}
#define FOPEN(name) WRAP(void *, 0, name, (const char *path, const char *mode), (path, mode), opened_stream(path, mode, !result))
FOPEN(fopen)
FOPEN(fopen64)
#define FREOPEN(name) WRAP(void *, 0, name, (const char *path, const char *mode, void *stream), (path, mode, stream), if (path) opened_stream(path, mode, !result))
FREOPEN(freopen)
FREOPEN(freopen64)

#define STAT(name) WRAP(int, -1, name, (const char *path, void *to), (path, to), asked(AT_FDCWD, path, result))
STAT(stat)
STAT(stat64)
STAT(lstat)
STAT(lstat64)
#define STATAT(name) WRAP(int, -1, name, (int at, const char *path, void *to, int flags), (at, path, to, flags), asked(at, path, result))
STATAT(fstatat)
STATAT(fstatat64)
#define XSTAT(name) WRAP(int, -1, name, (int version, const char *path, void *to), (version, path, to), asked(AT_FDCWD, path, result))
XSTAT(__xstat) /* programs linked against glibc before 2.33 */
XSTAT(__xstat64)
XSTAT(__lxstat)
XSTAT(__lxstat64)
#define XSTATAT(name) WRAP(int, -1, name, (int version, int at, const char *path, void *to, int flags), (version, at, path, to, flags), asked(at, path, result))
XSTATAT(__fxstatat)
XSTATAT(__fxstatat64)
WRAP(int, -1, statx, (int at, const char *path, int flags, unsigned mask, void *to), (at, path, flags, mask, to), asked(at, path, result))

#define ACCESS(name) WRAP(int, -1, name, (const char *path, int mode), (path, mode), asked(AT_FDCWD, path, result))
ACCESS(access)
ACCESS(euidaccess)
ACCESS(eaccess)
WRAP(int, -1, faccessat, (int at, const char *path, int mode, int flags), (at, path, mode, flags), asked(at, path, result))
WRAP(ssize_t, -1, readlink, (const char *path, char *to, size_t size), (path, to, size), asked(AT_FDCWD, path, result < 0))
WRAP(ssize_t, -1, readlinkat, (int at, const char *path, char *to, size_t size), (at, path, to, size), asked(at, path, result < 0))

static void listed(int start, const char *path, int failed)
{
    if (failed)
        asked(start, path, 1);
    else
        note('L', start, path);
}
WRAP(void *, 0, opendir, (const char *path), (path), listed(AT_FDCWD, path, !result))
WRAP(void *, 0, fdopendir, (int fd), (fd), listed(fd, "", !result))
#define SCANDIR(name) WRAP(int, -1, name, (const char *path, void *to, void *filter, void *compare), (path, to, filter, compare), listed(AT_FDCWD, path, result < 0))
SCANDIR(scandir)
SCANDIR(scandir64)

#define CHANGE(name, parameters, arguments, start, path) WRAP(int, -1, name, parameters, arguments, if (result != -1) note('W', start, path))
CHANGE(unlink, (const char *path), (path), AT_FDCWD, path)
CHANGE(remove, (const char *path), (path), AT_FDCWD, path)
CHANGE(unlinkat, (int at, const char *path, int flags), (at, path, flags), at, path)
CHANGE(symlink, (const char *to, const char *path), (to, path), AT_FDCWD, path)
CHANGE(symlinkat, (const char *to, int at, const char *path), (to, at, path), at, path)
CHANGE(link, (const char *from, const char *path), (from, path), AT_FDCWD, path)
CHANGE(linkat, (int from, const char *old, int at, const char *path, int flags), (from, old, at, path, flags), at, path)
CHANGE(mkdir, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
CHANGE(mkdirat, (int at, const char *path, mode_t mode), (at, path, mode), at, path)
CHANGE(mkstemp, (char *path), (path), AT_FDCWD, path)
CHANGE(mkstemp64, (char *path), (path), AT_FDCWD, path)
CHANGE(mkstemps, (char *path, int suffix), (path, suffix), AT_FDCWD, path)
CHANGE(mkostemp, (char *path, int flags), (path, flags), AT_FDCWD, path)
#define MOVED(from, old, to, path) if (result == 0) { note('W', from, old); note('W', to, path); }
WRAP(int, -1, rename, (const char *old, const char *path), (old, path), MOVED(AT_FDCWD, old, AT_FDCWD, path))
WRAP(int, -1, renameat, (int from, const char *old, int at, const char *path), (from, old, at, path), MOVED(from, old, at, path))
WRAP(int, -1, renameat2, (int from, const char *old, int at, const char *path, unsigned flags), (from, old, at, path, flags), MOVED(from, old, at, path))

WRAP(char *, 0, getenv, (const char *name), (name), note_name(name))
WRAP(char *, 0, secure_getenv, (const char *name), (name), note_name(name))

#define RUN(name, parameters, arguments)                                            \
    PUBLIC int name parameters                                                      \
    {                                                                               \
        static void *slot;                                                          \
        int(*real) parameters = (int(*) parameters)find(&slot, #name);              \
        running(path);                                                              \
        return real arguments;                                                      \
    }
RUN(execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
RUN(execv, (const char *path, char *const argv[]), (path, argv))
RUN(execvp, (const char *path, char *const argv[]), (path, argv))
RUN(execvpe, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
RUN(posix_spawn, (int *pid, const char *path, const void *actions, const void *how, char *const argv[], char *const envp[]), (pid, path, actions, how, argv, envp))
RUN(posix_spawnp, (int *pid, const char *path, const void *actions, const void *how, char *const argv[], char *const envp[]), (pid, path, actions, how, argv, envp))

PUBLIC void _exit(int status)
{
    flush();
    for (;;)
        syscall(SYS_exit_group, status);
}
