"""What Evolution's own library makes of .source files.

eds_sources.py DIR: asks the registry on the session bus about each source of
which there is a file in DIR, and complains of every key that has another value
there, or is none that Evolution knows.
"""
import ctypes
import pathlib
import re
import sys

from glib_keyfile import GLIB, POINTER, TEXT, KeyFile, bind, load

EDS = load("edataserver-1.2")
GOBJECT = load("gobject-2.0")

new_registry = bind(EDS, "e_source_registry_new_sync", POINTER, POINTER,
                    POINTER)
ref_source = bind(EDS, "e_source_registry_ref_source", POINTER, POINTER, TEXT)
has_extension = bind(EDS, "e_source_has_extension", ctypes.c_int, POINTER,
                     TEXT)
get_extension = bind(EDS, "e_source_get_extension", POINTER, POINTER, TEXT)
find_property = bind(GOBJECT, "g_object_class_find_property", POINTER, POINTER,
                     TEXT)
type_name = bind(GOBJECT, "g_type_name", TEXT, ctypes.c_size_t)
VALUE_TYPE = 24  # of struct _GParamSpec


def property_of(thing, key):
    """The value that the key stands for, as it stands in a file."""
    name = re.sub("(?<!^)(?=[A-Z])", "-", key).lower().encode()
    klass = ctypes.cast(thing, ctypes.POINTER(POINTER))[0]
    spec = find_property(klass, name)
    if not spec:
        raise KeyError(key)
    kind = type_name(ctypes.c_size_t.from_address(spec + VALUE_TYPE).value)
    value = TEXT() if kind == b"gchararray" else ctypes.c_int()
    GOBJECT.g_object_get(POINTER(thing), name, ctypes.byref(value), None)
    if kind == b"gchararray":
        return (value.value or b"").decode()
    if kind == b"gboolean":
        return "true" if value.value else "false"
    return str(value.value)


def complaints(registry, uid, file):
    source = ref_source(registry, uid.encode())
    if not source:
        yield "the registry does not list it"
        return
    for group in file.groups():
        thing = source
        if group != "Data Source":
            if not has_extension(source, group.encode()):
                yield "[%s] is not there" % group
                continue
            thing = get_extension(source, group.encode())
        for key in file.keys(group):
            want = file.string(group, key)
            try:
                got = property_of(thing, key)
            except KeyError:
                got = "nothing that Evolution knows"
            if got != want:
                yield "[%s] %s: got %r, want %r" % (group, key, got, want)


def main(folder):
    EDS.e_source_camel_register_types()
    registry = new_registry(None, None)
    if not registry:
        raise SystemExit("no registry answers")
    files = sorted(pathlib.Path(folder).glob("*.source"))
    if not files:
        raise SystemExit("%s: no file" % folder)
    for path in files:
        for text in complaints(registry, path.name[:-len(".source")],
                               KeyFile(str(path))):
            print("%s: %s" % (path.name, text))


main(sys.argv[1])
