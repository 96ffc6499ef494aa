/* machine_windows.c - Windows: the IP Helper tables and the tool help.
 *
 * Untested: written from Microsoft's documentation on another system.  A
 * process's arguments and working directory cannot be had without reading its
 * memory, so they stay empty; all users are one (uid 0) but for their names,
 * which are not asked for.
 */
#include "net/machine.h"

#include <winsock2.h>
#include <ws2ipdef.h>

#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

enum { TABLE_MAX = 4 * 1024 * 1024, PATH_SIZE = 4 * 1024 };

/* The processes that listen are written down whether or not they are asked for
 * by name. */
struct look {
    struct pt_buf *body;
    DWORD pids[PT_MACHINE_LISTENERS];
    size_t count;
};

/* NULL: no memory, or no such table. */
static void *get_table(ULONG family)
{
    ULONG size = 0;
    void *table;

    if (GetExtendedTcpTable(NULL, &size, FALSE, family,
                            TCP_TABLE_OWNER_PID_LISTENER,
                            0) != ERROR_INSUFFICIENT_BUFFER ||
        size > TABLE_MAX)
        return NULL;
    table = malloc(size);
    if (table && GetExtendedTcpTable(table, &size, FALSE, family,
                                     TCP_TABLE_OWNER_PID_LISTENER,
                                     0) == NO_ERROR)
        return table;
    free(table);
    return NULL;
}

static void put_listener(struct look *look, int family, const void *address,
                         DWORD port, DWORD pid)
{
    struct pt_seen_listener seen = {.family = family,
                                    .port = ntohs((uint16_t)port),
                                    .user = "0",
                                    .pid = pid};

    if (!seen.port || look->count == PT_MACHINE_LISTENERS)
        return;
    memcpy(seen.address, address, family == AF_INET6 ? 16 : 4);
    pt_machine_add_listener(look->body, &seen);
    look->pids[look->count++] = pid;
}

static void put_listeners(struct look *look)
{
    MIB_TCPTABLE_OWNER_PID *four = get_table(AF_INET);
    MIB_TCP6TABLE_OWNER_PID *six = get_table(AF_INET6);

    for (DWORD i = 0; four && i < four->dwNumEntries; i++)
        put_listener(look, AF_INET, &four->table[i].dwLocalAddr,
                     four->table[i].dwLocalPort, four->table[i].dwOwningPid);
    for (DWORD i = 0; six && i < six->dwNumEntries; i++)
        put_listener(look, AF_INET6, six->table[i].ucLocalAddr,
                     six->table[i].dwLocalPort, six->table[i].dwOwningPid);
    free(four);
    free(six);
}

static bool listens(const struct look *look, DWORD pid)
{
    for (size_t i = 0; i < look->count; i++)
        if (look->pids[i] == pid)
            return true;
    return false;
}

/* The full path where we may see it, else the file's name alone. */
static void read_path(const PROCESSENTRY32W *entry, char out[PATH_SIZE])
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE,
                                 entry->th32ProcessID);
    WCHAR wide[PATH_SIZE];
    DWORD len = PATH_SIZE;
    bool known =
        process && QueryFullProcessImageNameW(process, 0, wide, &len);

    if (process)
        CloseHandle(process);
    if (!WideCharToMultiByte(CP_UTF8, 0, known ? wide : entry->szExeFile, -1,
                             out, PATH_SIZE, NULL, NULL))
        out[0] = '\0';
}

static void put_process(struct look *look, const PROCESSENTRY32W *entry,
                        const struct pt_strings *needles)
{
    char exe[PATH_SIZE];
    struct pt_seen_process seen = {.pid = entry->th32ProcessID,
                                   .user = "0",
                                   .exe = exe,
                                   .cwd = "",
                                   .args = pt_slice("", 0)};

    read_path(entry, exe);
    if (listens(look, entry->th32ProcessID) || pt_machine_wants(needles, &seen))
        pt_machine_add_process(look->body, &seen);
}

void pt_machine_list(const struct pt_strings *needles, struct pt_reply *reply)
{
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    struct look look = {.body = &reply->body};

    if (all == INVALID_HANDLE_VALUE) {
        pt_reply_fail(reply, "Windows gives no list of processes");
        return;
    }
    reply->status = PT_ANSWER_OK;
    reply->body.max = PT_MACHINE_MAX;
    put_listeners(&look);
    for (BOOL more = Process32FirstW(all, &entry); more;
         more = Process32NextW(all, &entry))
        put_process(&look, &entry, needles);
    CloseHandle(all);
}
