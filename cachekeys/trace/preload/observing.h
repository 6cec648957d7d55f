/* Stands before the observer in a Python process, and lets through to it only what may be the project's and is new.
 *
 * An audit hook written in Python costs 1,500 instructions for each event, whatever it does with it, and CPython has an event for each
 * look at a code object; most files that a build opens are the interpreter's, and most questions were asked before. The hook here is added
 * before the interpreter starts (PEP 578 allows that) and sleeps until the observer calls `sys.audit("cachekeys.observe", ...)`, so that no
 * ctypes is needed. Events arrive with the GIL held. Nothing that goes wrong in here or in the observer reaches the build.
 */
#ifndef CACHEKEYS_OBSERVING_H
#define CACHEKEYS_OBSERVING_H
#include "python.h"

extern int PySys_AddAuditHook(int (*)(const char *, Object *, void *), void *) __attribute__((weak));

/* The observer's functions: for events, answers, variables, iterations over all of them. NULL while it does not listen. */
static Object *hear, *answer, *variable, *iterated;

/* Sightings about which there is nothing more to tell; a change of the directory empties it, for relative paths. */
static uint64_t settled[SEEN];
static unsigned settled_count;

/* ---- which paths the observer wants to hear of: as places.is_wanted has it ------------------------------------------------------ */

static Texts inside_roots, tops, outside;

/* A relative path may be anything. */
static int is_unwanted(const char *path)
{
    if (*path != '/')
        return 0;
    if (begins_with(path, &inside_roots))
        return 1;
    if (begins_with(path, &tops))
        return 0;
    return begins_with(path, &outside) || strstr(path, "site-packages") || strstr(path, "dist-packages");
}

/* Returns the path in the arguments of an event, NULL for what is no text: that is for the observer to judge. */
static const char *path_in(Object *arguments, ssize_t index)
{
    Object *item = py.tuple_item(arguments, index);
    const char *path = item && item != py.none ? py.utf8(item, 0) : 0;
    py.clear();
    return path;
}

static int is_unwanted_in(Object *arguments, ssize_t index)
{
    const char *path = path_in(arguments, index);
    return path && is_unwanted(path);
}

/* ---- questions: os.stat and its kin, for which there is no event ---------------------------------------------------------------- */

enum { THERE, DENIED, MISSING };
static const char *const ANSWERS[] = {"stat", "denied", "missing"};
static struct { Object *function; Method method; } wrapped[8];
static int wrapped_count;

/* Tells the observer the answer to a question, unless that is nothing new to it. */
static void answered(int kind, Object *given)
{
    const char *path = py.utf8(given, 0);
    Object *text = 0;
    if (!path) { /* a path object, bytes, or a descriptor, which is no path */
        py.clear();
        text = py.fspath(given);
        path = text ? py.utf8(text, 0) : 0;
        py.clear();
        if (!text)
            return;
    }
    uint64_t hash = path ? hash_of(ANSWERS[kind][0], path, strlen(path)) : 0;
    if (!path || (!is_unwanted(path) && !remembers(settled, hash)))
        if (tell_word(answer, ANSWERS[kind], text ? text : given) && path)
            remember(settled, &settled_count, hash);
    if (text)
        py.give(text);
}

/* Returns the path that was asked for, NULL when it is relative to a descriptor. */
static Object *asked_for(Object *const *arguments, ssize_t count, Object *names)
{
    Object *given = count ? arguments[0] : 0;
    for (ssize_t i = 0; names && i < py.tuple_size(names); i++) {
        const char *name = py.utf8(py.tuple_item(names, i), 0);
        if (name && !strcmp(name, "path"))
            given = arguments[count + i];
        else if (name && !strcmp(name, "dir_fd") && arguments[count + i] != py.none)
            return 0;
    }
    return given;
}

static Object *ask(int which, Object *const *arguments, ssize_t count, Object *names)
{
    Object *result = py.vectorcall(wrapped[which].function, arguments, (size_t)count, names);
    Object *error[3] = {0, 0, 0};
    if (!result && !py.matches(*py.not_found) && !py.matches(*py.not_a_directory))
        return 0;
    if (!result)
        py.fetch(&error[0], &error[1], &error[2]);
    Object *given = asked_for(arguments, count, names);
    if (given)
        answered(!result ? MISSING : result == py.no ? DENIED : THERE, given);
    py.clear();
    if (!result)
        py.restore(error[0], error[1], error[2]);
    return result;
}

/* One function each, since a function without a module as its self is what can be pickled by its name. */
#define ASK(number) \
    static Object *ask_##number(Object *self, Object *const *arguments, ssize_t count, Object *names) { return ask(number, arguments, count, names); }
ASK(0) ASK(1) ASK(2) ASK(3) ASK(4) ASK(5) ASK(6) ASK(7)
static void *const ASKING[] = {ask_0, ask_1, ask_2, ask_3, ask_4, ask_5, ask_6, ask_7};

/* "cachekeys.wrap": a list to append the function to, the function that it stands for, its name, its module, its text of documentation. */
static void wrap(Object *arguments)
{
    const char *name = path_in(arguments, 2), *doc = path_in(arguments, 4);
    Object *of = py.tuple_item(arguments, 1), *module = py.tuple_item(arguments, 3);
    if (!name || !doc || !of || !module || wrapped_count == sizeof ASKING / sizeof *ASKING)
        return;
    Method *method = &wrapped[wrapped_count].method;
    *method = (Method){strdup(name), ASKING[wrapped_count], FASTCALL_WITH_KEYWORDS, strdup(doc)};
    Object *function = method->name && method->doc ? py.function(method, 0, module) : 0;
    if (!function)
        return;
    py.take(wrapped[wrapped_count].function = of);
    if (py.append(py.tuple_item(arguments, 0), function) == 0)
        wrapped_count++;
    py.give(function);
}

/* ---- the environment: its class calls these ------------------------------------------------------------------------------------- */

static uint64_t latest_iteration;

static Object *nothing(void)
{
    py.clear();
    py.take(py.none);
    return py.none;
}

/* read(environment, name): the values that the line asks for which iterated last belong to that. */
static Object *read_variable(Object *self, Object *const *arguments, ssize_t count)
{
    if (count != 2)
        return nothing();
    const char *name = py.utf8(arguments[1], 0);
    uint64_t place = name ? place_of_question() : 0, hash = place ? hash_of('E', name, strlen(name)) ^ (place << 1) : 0;
    py.clear();
    if (place && (place == latest_iteration || remembers(settled, hash)))
        return nothing();
    tell(variable, arguments[0], arguments[1]);
    if (place)
        remember(settled, &settled_count, hash);
    return nothing();
}

/* iterate(environment) */
static Object *iterate(Object *self, Object *const *arguments, ssize_t count)
{
    uint64_t place = place_of_question(), hash = hash_of('I', "", 0) ^ (place << 1);
    latest_iteration = place;
    if (count == 1 && !(place && remembers(settled, hash))) {
        tell(iterated, arguments[0], py.none);
        if (place)
            remember(settled, &settled_count, hash);
    }
    return nothing();
}

/* ---- the log --------------------------------------------------------------------------------------------------------------------- */

/* write(path of the log, line): whether it was written. The log is not kept open: the build may close all descriptors. */
static Object *write_line(Object *self, Object *const *arguments, ssize_t count)
{
    ssize_t length = 0;
    const char *path = count == 2 ? py.utf8(arguments[0], 0) : 0, *line = path ? py.utf8(arguments[1], &length) : 0;
    long log = line ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    int done = log >= 0 && syscall(SYS_write, log, line, length) == length;
    if (log >= 0)
        syscall(SYS_close, log);
    py.clear();
    Object *result = done ? py.yes : py.no;
    py.take(result);
    return result;
}

/* is_directory(path): None for what is not there. os.stat would make an object of twenty others. */
static Object *is_directory(Object *self, Object *const *arguments, ssize_t count)
{
    const char *path = count == 1 ? py.utf8(arguments[0], 0) : 0;
    Object *result = py.none;
    if (path && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK)) {
        long directory = syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        result = directory < 0 ? py.no : py.yes;
        if (directory >= 0)
            syscall(SYS_close, directory);
    }
    py.clear();
    py.take(result);
    return result;
}

/* ---- events ---------------------------------------------------------------------------------------------------------------------- */

static Method offered[] = {
    {"read_variable", read_variable, FASTCALL, ""},
    {"iterate", iterate, FASTCALL, ""},
    {"write_line", write_line, FASTCALL, ""},
    {"is_directory", is_directory, FASTCALL, ""},
    {"outward", outward, FASTCALL, ""},
};

/* "cachekeys.observe": a list to append our functions to, a tuple of the observer's, and four of texts as they are needed here. */
static void observe(Object *arguments)
{
    if (hear || !load_python())
        return;
    Object *made = py.tuple_item(arguments, 0), *functions = py.tuple_item(arguments, 1);
    Texts *const texts[] = {&inside_roots, &tops, &outside, &passing};
    int ready = made && functions && py.tuple_size(functions) == 4 && (co_filename = py.text("co_filename"))
        && (module_file = py.text("__file__")) && (empty = py.text(""));
    for (ssize_t i = 0; ready && i < 4; i++)
        ready = copy_texts(py.tuple_item(arguments, i + 2), texts[i]);
    for (size_t i = 0; ready && i < sizeof offered / sizeof *offered; i++) {
        Object *function = py.function(&offered[i], 0, 0);
        ready = function && py.append(made, function) == 0;
    }
    if (ready) {
        home = py.interpreter();
        Object **const ours[] = {&hear, &answer, &variable, &iterated};
        for (ssize_t i = 0; i < 4; i++)
            py.take(*ours[i] = py.tuple_item(functions, i));
    }
    py.clear();
}

/* Tells the observer of an event about one path, unless that is nothing new to it; `kind` tells reading from writing. */
static void tell_of_path(const char *event, Object *arguments, char kind)
{
    const char *path = path_in(arguments, 0);
    if (path && is_unwanted(path))
        return;
    uint64_t hash = path ? hash_of(kind, path, strlen(path)) : 0;
    if (path && remembers(settled, hash))
        return;
    if (tell_word(hear, event, arguments) && path)
        remember(settled, &settled_count, hash);
}

static void on_open(Object *arguments)
{
    Object *flags = py.tuple_item(arguments, 2);
    long how = flags ? py.number(flags) : -1;
    py.clear();
    tell_of_path("open", arguments, how & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND) ? 'w' : 'r');
}

static void on_os(const char *event, Object *arguments)
{
    static const char *const listing[] = {"listdir", "scandir"}, *const changing[] = {"mkdir", "remove", "rmdir", "truncate"};
    static const char *const moving[] = {"rename", "link", "symlink"}, *const other[] = {"chdir", "system", "exec", "posix_spawn"};
#define ONE_OF(names)                                                  \
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)          \
        if (!strcmp(event + 3, names[i]))
    ONE_OF(listing) return tell_of_path(event, arguments, 'l');
    ONE_OF(changing) return tell_of_path(event, arguments, 'c');
    ONE_OF(moving) {
        if (!is_unwanted_in(arguments, 0) || !is_unwanted_in(arguments, 1))
            tell_word(hear, event, arguments);
        return;
    }
    ONE_OF(other) {
        if (!strcmp(event, "os.chdir"))
            forget(settled, &settled_count);
        tell_word(hear, event, arguments);
    }
}

static int on_event(const char *event, Object *arguments, void *data)
{
    if (!hear) {
        if (!strcmp(event, "cachekeys.observe"))
            observe(arguments);
        return 0;
    }
    /* Most events are looks at code objects ("object.__getattr__"), compilations, and the search for modules. */
    if (*event == 'o' && event[1] == 's')
        on_os(event, arguments);
    else if (!strcmp(event, "open"))
        on_open(arguments);
    else if (!strcmp(event, "import")) {
        if (py.tuple_item(arguments, 1) != py.none && !is_unwanted_in(arguments, 1))
            tell_word(hear, event, arguments);
    } else if (!strcmp(event, "subprocess.Popen") || !strcmp(event, "shutil.copytree") || !strcmp(event, "shutil.rmtree"))
        tell_word(hear, event, arguments);
    else if (!strcmp(event, "cachekeys.wrap"))
        wrap(arguments);
    else
        return 0;
    py.clear();
    return 0;
}

__attribute__((constructor)) static void listen_to_python(void)
{
    if (active && PySys_AddAuditHook) /* not there in programs other than Python */
        PySys_AddAuditHook(on_event, 0);
}

#endif
