using System.Diagnostics.CodeAnalysis;

namespace SpecExecNative.CudaEmulator.Memory;

/// <summary>The live blocks of a device. Finding one takes no lock, so running kernels do not wait for allocations.</summary>
public sealed class DeviceMemory
{
    private readonly Lock _writers = new();
    private volatile DeviceBlock[] _blocks = [];

    /// <summary>The live blocks, by rising address.</summary>
    public IReadOnlyList<DeviceBlock> Blocks => _blocks;

    /// <exception cref="ArgumentException">It overlaps a live block.</exception>
    public void Add(DeviceBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        lock (_writers)
        {
            DeviceBlock[] old = _blocks;
            int at = UpperBound(old, block.Address);
            bool overlaps = (at > 0 && old[at - 1].End > block.Address) || (at < old.Length && old[at].Address < block.End);
            if (overlaps)
            {
                throw new ArgumentException($"A block at 0x{block.Address:x} overlaps a live one.", nameof(block));
            }

            _blocks = [.. old[..at], block, .. old[at..]];
        }
    }

    /// <returns>Whether the block was live.</returns>
    public bool Remove(DeviceBlock block)
    {
        lock (_writers)
        {
            int at = Array.IndexOf(_blocks, block);
            if (at < 0)
            {
                return false;
            }

            _blocks = [.. _blocks[..at], .. _blocks[(at + 1)..]];
            return true;
        }
    }

    /// <summary>The live block that holds the byte at <paramref name="address"/>.</summary>
    public bool TryFind(ulong address, [NotNullWhen(true)] out DeviceBlock? block)
    {
        block = Below(address);
        if (block is null || address >= block.End)
        {
            block = null;
            return false;
        }

        return true;
    }

    /// <summary>The live block that holds the byte at <paramref name="address"/>, or null.</summary>
    public DeviceBlock? Find(ulong address) => TryFind(address, out DeviceBlock? block) ? block : null;

    /// <summary>The last live block that begins at or below <paramref name="address"/>: what a stray address most
    /// likely meant.</summary>
    public DeviceBlock? Below(ulong address)
    {
        DeviceBlock[] blocks = _blocks;
        int at = UpperBound(blocks, address);
        return at == 0 ? null : blocks[at - 1];
    }

    private static int UpperBound(DeviceBlock[] blocks, ulong address)
    {
        int low = 0;
        int high = blocks.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (blocks[middle].Address <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
