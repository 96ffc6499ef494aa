"""A key file, read by GLib itself."""
import ctypes
import ctypes.util


def load(name):
    """The library of this name, where the linker finds it."""
    path = ctypes.util.find_library(name)
    if not path:
        raise SystemExit("lib%s is not installed" % name)
    return ctypes.CDLL(path)


GLIB = load("glib-2.0")


def bind(library, name, result, *arguments):
    function = getattr(library, name)
    function.restype = result
    function.argtypes = arguments
    return function


POINTER = ctypes.c_void_p
TEXT = ctypes.c_char_p
TEXTS = ctypes.POINTER(TEXT)
COUNT = ctypes.c_size_t

_new = bind(GLIB, "g_key_file_new", POINTER)
_load = bind(GLIB, "g_key_file_load_from_file", ctypes.c_int, POINTER, TEXT,
             ctypes.c_int, POINTER)
_groups = bind(GLIB, "g_key_file_get_groups", TEXTS, POINTER,
               ctypes.POINTER(COUNT))
_keys = bind(GLIB, "g_key_file_get_keys", TEXTS, POINTER, TEXT,
             ctypes.POINTER(COUNT), POINTER)
_string = bind(GLIB, "g_key_file_get_string", TEXT, POINTER, TEXT, TEXT,
               POINTER)
_list = bind(GLIB, "g_key_file_get_string_list", TEXTS, POINTER, TEXT, TEXT,
             ctypes.POINTER(COUNT), POINTER)


class KeyFile:
    def __init__(self, path):
        self.file = _new()
        if not _load(self.file, path.encode(), 0, None):
            raise SystemExit("%s: GLib does not read it" % path)

    def groups(self):
        return [g.decode() for g in self._texts(_groups, self.file)]

    def keys(self, group):
        return [k.decode() for k in self._texts(_keys, self.file,
                                                group.encode(), last=(None,))]

    def string(self, group, key):
        value = _string(self.file, group.encode(), key.encode(), None)
        return None if value is None else value.decode()

    def list(self, group, key):
        return [t.decode() for t in self._texts(_list, self.file,
                                                group.encode(), key.encode(),
                                                last=(None,))]

    @staticmethod
    def _texts(function, *arguments, last=()):
        count = COUNT()
        texts = function(*arguments, ctypes.byref(count), *last)
        return [texts[i] for i in range(count.value)]
