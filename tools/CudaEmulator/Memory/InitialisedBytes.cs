using System.Runtime.InteropServices;

namespace SpecExecNative.CudaEmulator.Memory;

/// <summary>One bit for each byte of a block: has it been written? Pages come to be when first needed. Bits only ever
/// go from 0 to 1, so that kernels on several threads may mark at once.</summary>
internal sealed unsafe class InitialisedBytes : IDisposable
{
    private const int PageShift = 16;
    private const int PageBytes = 1 << PageShift;
    private const int PageWords = PageBytes / 64;
    private readonly long _bytes;
    private readonly nint[] _pages;
    private volatile bool _all;

    /// <param name="bytes">Bytes of the block.</param>
    /// <param name="all">Whether all of them count as written from the start.</param>
    public InitialisedBytes(long bytes, bool all)
    {
        _bytes = bytes;
        _all = all;
        _pages = all ? [] : new nint[(bytes + PageBytes - 1) >> PageShift];
    }

    public bool All => _all;

    public void Mark(long offset, long count)
    {
        if (_all)
        {
            return;
        }

        if (offset == 0 && count == _bytes)
        {
            _all = true;
            return;
        }

        for (long at = offset; at < offset + count;)
        {
            int inPage = (int)(at & (PageBytes - 1));
            int n = (int)Math.Min(offset + count - at, PageBytes - inPage);
            MarkInPage(Page(at >> PageShift), inPage, n);
            at += n;
        }
    }

    public bool Covers(long offset, long count)
    {
        for (long at = offset; !_all && at < offset + count;)
        {
            int inPage = (int)(at & (PageBytes - 1));
            int n = (int)Math.Min(offset + count - at, PageBytes - inPage);
            ulong* page = (ulong*)Volatile.Read(ref _pages[at >> PageShift]);
            if (page is null || !CoversInPage(page, inPage, n))
            {
                return false;
            }

            at += n;
        }

        return true;
    }

    public void CopyFrom(long offset, InitialisedBytes source, long sourceOffset, long count)
    {
        if (source.Covers(sourceOffset, count))
        {
            Mark(offset, count);
            return;
        }

        for (long i = 0; i < count; i++)
        {
            if (source.Covers(sourceOffset + i, 1))
            {
                Mark(offset + i, 1);
            }
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            NativeMemory.Free((void*)Interlocked.Exchange(ref _pages[i], 0));
        }
    }

    private static void MarkInPage(ulong* page, int offset, int count)
    {
        while (count > 0)
        {
            int bit = offset & 63;
            int n = Math.Min(count, 64 - bit);
            ulong mask = (n == 64 ? ulong.MaxValue : (1ul << n) - 1) << bit;
            ref ulong word = ref page[offset >> 6];
            if ((word & mask) != mask)
            {
                Interlocked.Or(ref word, mask);
            }

            offset += n;
            count -= n;
        }
    }

    private static bool CoversInPage(ulong* page, int offset, int count)
    {
        while (count > 0)
        {
            int bit = offset & 63;
            int n = Math.Min(count, 64 - bit);
            ulong mask = (n == 64 ? ulong.MaxValue : (1ul << n) - 1) << bit;
            if ((page[offset >> 6] & mask) != mask)
            {
                return false;
            }

            offset += n;
            count -= n;
        }

        return true;
    }

    private ulong* Page(long index)
    {
        nint page = Volatile.Read(ref _pages[index]);
        if (page == 0)
        {
            nint fresh = (nint)NativeMemory.AllocZeroed(PageWords, sizeof(ulong));
            page = Interlocked.CompareExchange(ref _pages[index], fresh, 0);
            if (page == 0)
            {
                return (ulong*)fresh;
            }

            NativeMemory.Free((void*)fresh);
        }

        return (ulong*)page;
    }
}
