/* The Python interpreter that this program is, as far as the observer's helper needs it: found in the program itself, without its headers.
 *
 * Everything used is in the stable ABI but for six functions, which every CPython from 3.11 on exports. Where one is missing (an older
 * Python, PyPy), the observer does all by itself.
 */
#ifndef CACHEKEYS_PYTHON_H
#define CACHEKEYS_PYTHON_H
#include <dlfcn.h>
#include <stdlib.h>

#include "notes.h"

typedef void Object; /* PyObject, of which nothing is known here */
typedef struct { const char *name; void *function; int flags; const char *doc; } Method; /* PyMethodDef */
#define FASTCALL 0x0080
#define FASTCALL_WITH_KEYWORDS 0x0082

static struct {
    Object *(*tuple_item)(Object *, ssize_t);
    ssize_t (*tuple_size)(Object *);
    const char *(*utf8)(Object *, ssize_t *);
    Object *(*text)(const char *);
    Object *(*fspath)(Object *);
    long (*number)(Object *);
    Object *(*attribute)(Object *, Object *);
    Object *(*vectorcall)(Object *, Object *const *, size_t, Object *);
    Object *(*call)(Object *, ...);
    Object *(*function)(Method *, Object *, Object *);
    int (*append)(Object *, Object *);
    int (*matches)(Object *);
    void (*fetch)(Object **, Object **, Object **);
    void (*restore)(Object *, Object *, Object *);
    void (*clear)(void);
    void (*take)(Object *);
    void (*give)(Object *);
    void *(*interpreter)(void);
    void *(*thread)(void);
    void (*enter)(void *);
    void (*leave)(void *);
    Object *(*frame)(void);
    Object *(*outer)(Object *);
    Object *(*globals)(Object *);
    Object *(*item)(Object *, Object *);
    Object *(*tuple)(ssize_t, ...);
    Object *(*code)(Object *);
    int (*instruction)(Object *);
    Object *none, *no, *yes;
    Object **not_found, **not_a_directory;
} py;

static int load_python(void)
{
    static const struct { void *to; const char *name; } wanted[] = {
        {&py.tuple_item, "PyTuple_GetItem"},
        {&py.tuple_size, "PyTuple_Size"},
        {&py.utf8, "PyUnicode_AsUTF8AndSize"},
        {&py.text, "PyUnicode_InternFromString"},
        {&py.fspath, "PyOS_FSPath"},
        {&py.number, "PyLong_AsLong"},
        {&py.attribute, "PyObject_GetAttr"},
        {&py.vectorcall, "PyObject_Vectorcall"},
        {&py.call, "PyObject_CallFunctionObjArgs"},
        {&py.function, "PyCFunction_NewEx"},
        {&py.append, "PyList_Append"},
        {&py.matches, "PyErr_ExceptionMatches"},
        {&py.fetch, "PyErr_Fetch"},
        {&py.restore, "PyErr_Restore"},
        {&py.clear, "PyErr_Clear"},
        {&py.take, "Py_IncRef"},
        {&py.give, "Py_DecRef"},
        {&py.interpreter, "PyInterpreterState_Get"},
        {&py.thread, "PyThreadState_Get"},
        {&py.enter, "PyThreadState_EnterTracing"},
        {&py.leave, "PyThreadState_LeaveTracing"},
        {&py.frame, "PyEval_GetFrame"},
        {&py.outer, "PyFrame_GetBack"},
        {&py.globals, "PyFrame_GetGlobals"},
        {&py.item, "PyDict_GetItem"},
        {&py.tuple, "PyTuple_Pack"},
        {&py.code, "PyFrame_GetCode"},
        {&py.instruction, "PyFrame_GetLasti"},
        {&py.none, "_Py_NoneStruct"},
        {&py.no, "_Py_FalseStruct"},
        {&py.yes, "_Py_TrueStruct"},
        {&py.not_found, "PyExc_FileNotFoundError"},
        {&py.not_a_directory, "PyExc_NotADirectoryError"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!(*(void **)wanted[i].to = dlsym(RTLD_DEFAULT, wanted[i].name)))
            return 0;
    return 1;
}

/* ---- texts ------------------------------------------------------------------------------------------------------------------------ */

#define TEXTS 32
typedef struct { const char *text[TEXTS]; size_t length[TEXTS]; int count; } Texts;

/* Copies a tuple of texts; 0 when that cannot be done. */
static int copy_texts(Object *from, Texts *to)
{
    ssize_t size = from ? py.tuple_size(from) : -1, length;
    if (size < 0 || size > TEXTS)
        return 0;
    for (ssize_t i = 0; i < size; i++) {
        const char *text = py.utf8(py.tuple_item(from, i), &length);
        if (!text || !(to->text[i] = strdup(text)))
            return 0;
        to->length[i] = (size_t)length;
    }
    to->count = (int)size;
    return 1;
}

static int begins_with(const char *path, const Texts *any)
{
    for (int i = 0; i < any->count; i++)
        if (strncmp(path, any->text[i], any->length[i]) == 0)
            return 1;
    return 0;
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------ */

static void *home; /* the interpreter that the observer's functions belong to */

/* Calls a function of the observer with two objects; returns whether it returned something. Tracers and profilers do not see it. */
static int tell(Object *function, Object *first, Object *second)
{
    if (!first || !second || py.interpreter() != home) {
        py.clear();
        return 0;
    }
    void *thread = py.thread();
    py.enter(thread);
    Object *result = py.call(function, first, second, (Object *)0);
    py.leave(thread);
    if (!result)
        py.clear();
    int something = result && result != py.none;
    if (result)
        py.give(result);
    return something;
}

static int tell_word(Object *function, const char *word, Object *about)
{
    Object *text = py.text(word);
    int something = tell(function, text, about);
    if (text)
        py.give(text);
    return something;
}

/* ---- places ----------------------------------------------------------------------------------------------------------------------- */

static Texts passing; /* files whose functions only hand on: those of os.environ, and the observer's */
static Object *co_filename, *module_file, *empty;

/* Returns what tells one instruction of code that asks from others, 0 when that is not known. Nothing of it fires an event. */
static uint64_t place_of_question(void)
{
    Object *frame = py.frame();
    uint64_t key = 0;
    if (frame)
        py.take(frame);
    while (frame) {
        Object *code = py.code(frame), *name = py.attribute(code, co_filename), *next = 0;
        const char *text = name ? py.utf8(name, 0) : 0;
        if (text && begins_with(text, &passing))
            next = py.outer(frame);
        else if (text) /* with the name, since another code may come to lie at the same place */
            key = hash_of('P', text, strlen(text)) ^ ((uint64_t)(uintptr_t)code << 20) ^ (uint64_t)(unsigned)py.instruction(frame);
        if (name)
            py.give(name);
        py.give(code);
        py.give(frame);
        frame = next;
    }
    py.clear();
    return key;
}

/* outward(frame, foreign): the first frame, outwards, whose module is not in the table of files of others, with what was passed on the way, as places.place
 * has it: whether it was only the standard library's, and the kind of the innermost that does not only hand on. Stacks are sixty frames deep. */
static Object *outward(Object *self, Object *const *arguments, ssize_t count)
{
    if (count != 2)
        return 0;
    Object *frame = arguments[0], *reader = empty, *own = py.yes;
    py.take(frame);
    while (frame && frame != py.none) {
        Object *globals = py.globals(frame), *file = py.item(globals, module_file), *kind = file ? py.item(arguments[1], file) : 0;
        const char *text = kind ? py.utf8(kind, 0) : 0;
        py.give(globals);
        if (!text)
            break;
        if (*text == 'l' || *text == 'c') /* library, compiling; the others are stdlib and passing */
            own = py.no;
        if (*text != 'p' && reader == empty)
            reader = kind;
        Object *next = py.outer(frame);
        py.give(frame);
        frame = next;
    }
    py.clear();
    Object *result = py.tuple(3, frame ? frame : py.none, own, reader);
    if (frame)
        py.give(frame);
    return result;
}

#endif
