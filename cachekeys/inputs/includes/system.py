"""Which headers in angle brackets are the system's: those of C, C++, POSIX, Windows, macOS and the BSDs.

Compilers look ``#include <...>`` up in the include directories and then in the system's, never beside the including file (GCC 12). Where
the name is one that every system has, a file of the project that merely has the same name is another one, unless it lies in an
include directory.
"""

from __future__ import annotations

__all__ = ["is_system_header"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DIRECTORIES = _words("""
    sys net netinet netinet6 netpacket arpa linux asm asm-generic bits machine rpcsvc scsi mtd rdma xen gnu
    netinfo netax25 netipx netrom netrose neteconet netash netatalk nfs nfsserver ufs uvm libkern
    mach mach-o mach_debug objc xpc malloc hfs IOKit
    CoreFoundation CoreServices CoreGraphics CoreText CoreAudio CoreMIDI CoreMedia CoreVideo CoreML CoreLocation CoreWLAN CoreBluetooth
    ApplicationServices AudioToolbox AudioUnit AVFoundation Accelerate AppKit Carbon Cocoa DiskArbitration Foundation ForceFeedback
    GameController ImageIO LocalAuthentication Metal MetalKit MetalPerformanceShaders MetalPerformanceShadersGraph OpenAL OpenCL OpenGL
    OpenGLES QuartzCore QuickTime Security ServiceManagement SystemConfiguration TargetConditionals UIKit UserNotifications vecLib
    X11 GL GLES GLES2 GLES3 EGL CL ddk winrt wrl tr1 tr2 pstl
""")
"""First directories of names; of macOS the frameworks, too."""

_C = _words("""
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbit stdbool stdckdint
    stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
    aio aliases alloca ar argp argz byteswap cpio crypt dirent dlfcn elf endian envz err error execinfo fcntl features fmtmsg fnmatch fstab
    fts ftw getopt glob grp gshadow iconv ieee754 ifaddrs langinfo libgen libintl libproc link malloc mcheck memory mntent monetary mqueue
    ndbm netdb nl_types nlist nss obstack paths poll printf pthread pthread_np pty pwd regex regexp resolv sched search semaphore sgtty
    shadow spawn stab stropts strings sysexits syslog tar termio termios thread_db trace ttyent ucontext ulimit unistd util utime utmp
    utmpx values varargs wait wordexp procfs kvm devstat kstat copyfile sandbox membership notify AvailabilityMacros Availability
    TargetConditionals libutil xlocale dos
    unwind cpuid immintrin x86intrin intrin emmintrin xmmintrin pmmintrin tmmintrin smmintrin nmmintrin wmmintrin ammintrin avxintrin
    avx2intrin mmintrin mm_malloc arm_neon arm_sve arm_acle arm_fp16 altivec omp quadmath cet
    windows winsock winsock2 ws2tcpip ws2def mswsock wininet winhttp winbase windef winnt winuser wingdi winreg winver winioctl winerror
    winternl winsvc winspool wincrypt wincon wincontypes windowsx wtypes objbase objidl ole2 oleauto oaidl ocidl olectl oleidl unknwn shlobj
    shlwapi shellapi shlguid commctrl commdlg mmsystem mmreg mmdeviceapi audioclient avrt ksmedia dsound ddraw dbghelp psapi tlhelp32
    iphlpapi netioapi lmcons lmerr ntstatus ntsecapi ntsecpkg sspi schannel security subauth bcrypt ncrypt dpapi sddl aclapi
    accctrl evntrace evntprov pdh pdhmsg perflib powrprof powerbase setupapi cfgmgr32 devguid initguid hidsdi guiddef basetsd sdkddkver
    synchapi processthreadsapi processenv fileapi handleapi heapapi memoryapi sysinfoapi timezoneapi versionhelpers winapifamily
    crtdbg conio direct io process tchar mbstring mbctype eh new corecrt sal specstrings vcruntime vadefs excpt delayimp
    rpcdce rpcndr strsafe userenv wtsapi32 wow64apiset uxtheme dwmapi propsys propvarutil comdef comutil atlbase atlcom d2d1 dwrite d3d9
    d3d11 d3d12 dxgi dxgi1_2 dxgi1_4 xinput dinput vfw usp10 imm richedit shobjidl knownfolders activscp
""")
"""Names that end in ``.h``, without it: those of C, of POSIX and what Unix systems have beside it, of compilers, of Windows (in small letters, which it does not tell apart)."""

_CPP = _words("""
    algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts condition_variable coroutine debugging deque
    exception execution expected filesystem flat_map flat_set format forward_list fstream functional future generator hazard_pointer
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits linalg list locale map mdspan memory memory_resource mutex new
    numbers numeric optional ostream print queue random ranges ratio rcu regex scoped_allocator semaphore set shared_mutex source_location
    span spanstream sstream stack stacktrace stdexcept stdfloat stop_token streambuf string string_view strstream syncstream
    system_error text_encoding thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
    cassert ccomplex cctype cerrno cfenv cfloat cinttypes ciso646 climits clocale cmath csetjmp csignal cstdalign cstdarg cstdatomic
    cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar cwchar cwctype cxxabi.h
""")


def is_system_header(name: str) -> bool:
    """Tell whether ``#include <name>`` means the system's header, as long as no include directory has one of that name."""
    first, slash, rest = name.partition("/")
    if slash:
        return first in _DIRECTORIES and (rest.endswith(".h") or "." not in rest)
    return name in _CPP or (name[-2:] in {".h", ".H"} and (name[:-2] in _C or name[:-2].lower() in _C))
