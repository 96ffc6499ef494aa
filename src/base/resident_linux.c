#include "base/resident.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

static const ElfW(Phdr) *find_header(const struct dl_phdr_info *object,
                                      unsigned type)
{
    for (size_t i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == type)
            return &object->dlpi_phdr[i];
    return NULL;
}

/* Was its code changed when it was loaded?  That is in no file. */
static bool is_relocated(const struct dl_phdr_info *object)
{
    const ElfW(Phdr) *header = find_header(object, PT_DYNAMIC);
    const ElfW(Dyn) *at;

    if (!header)
        return true;
    at = (const void *)(object->dlpi_addr + header->p_vaddr);
    for (; at->d_tag != DT_NULL; at++)
        if (at->d_tag == DT_TEXTREL ||
            (at->d_tag == DT_FLAGS && at->d_un.d_val & DF_TEXTREL))
            return true;
    return false;
}

/* Segments that were never writable, without the page that another one may
 * begin in. */
static int release(struct dl_phdr_info *object, size_t size, void *ctx)
{
    ElfW(Addr) page = (ElfW(Addr))sysconf(_SC_PAGESIZE);

    (void)size, (void)ctx;
    if (is_relocated(object))
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &object->dlpi_phdr[i];
        ElfW(Addr) begin = object->dlpi_addr + header->p_vaddr;
        ElfW(Addr) end = (begin + header->p_filesz) & ~(page - 1);

        begin = (begin + page - 1) & ~(page - 1);
        if (header->p_type == PT_LOAD && !(header->p_flags & PF_W) &&
            begin < end)
            (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    return 0;
}

void pt_resident_release(void)
{
    malloc_trim(0);
    dl_iterate_phdr(release, NULL);
}
