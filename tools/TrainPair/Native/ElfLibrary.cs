using System.Buffers.Binary;
using System.Text;

namespace SpecExecNative.TrainPair.Native;

/// <summary>
/// A 64-bit little-endian ELF shared library in memory: its dynamic symbols and the symbol versions it needs
/// of others, to read and to repoint. Layouts: System V ABI, and "ELF Symbol Versioning" for the GNU tables.
/// </summary>
internal sealed class ElfLibrary
{
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;
    private const int SymbolBytes = 24;
    private const int SymbolSectionIndexAt = 6;
    private const int VersionBytes = 2;

    private readonly byte[] _image;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _loadedSegments = [];
    private readonly Dictionary<DynamicTag, ulong> _dynamic = [];
    private readonly int _symbols;
    private readonly int _strings;
    private readonly int _versions;
    private readonly int _versionNeeds;

    public ElfLibrary(byte[] image)
    {
        _image = image;
        if (image.Length < 64 || U32(0) != 0x464C457F || image[4] != 2 || image[5] != 1)
        {
            throw new NativeLibraryException("not a 64-bit little-endian ELF library");
        }

        ReadSegments();
        _symbols = OffsetOf(DynamicTag.SymbolTable);
        _strings = OffsetOf(DynamicTag.StringTable);
        _versions = OffsetOf(DynamicTag.VersionSymbols);
        _versionNeeds = OffsetOf(DynamicTag.VersionNeeds);
    }

    private enum DynamicTag : ulong
    {
        StringTable = 5,
        SymbolTable = 6,
        VersionSymbols = 0x6ffffff0,
        VersionNeeds = 0x6ffffffe,
    }

    public ReadOnlySpan<byte> Image => _image;

    /// <summary>Index of the symbol of that name that this library takes from another one, or null.</summary>
    public int? ImportedSymbol(string name)
    {
        // The ABI gives no length of the symbol table; linkers put the string table right behind it.
        int count = (_strings - _symbols) / SymbolBytes;
        for (int index = 1; index < count; index++)
        {
            int at = _symbols + (index * SymbolBytes);
            bool isImported = U16(at + SymbolSectionIndexAt) == 0;
            if (isImported && StringAt(U32(at)) == name)
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>Makes one imported symbol stand for the same function as another one: same name, same version.</summary>
    public void RepointImport(int symbol, int standIn)
    {
        Write32(_symbols + (symbol * SymbolBytes), U32(_symbols + (standIn * SymbolBytes)));
        BinaryPrimitives.WriteUInt16LittleEndian(
            _image.AsSpan(_versions + (symbol * VersionBytes)), U16(_versions + (standIn * VersionBytes)));
    }

    /// <summary>Replaces a needed version by another one that the library needs anyway.</summary>
    /// <returns>False where one of the two is not among the needed versions.</returns>
    public bool ReplaceNeededVersion(string version, string replacement)
    {
        if (NeededVersion(version) is not int old || NeededVersion(replacement) is not int other)
        {
            return false;
        }

        const int hashAt = 0;
        const int nameAt = 8;
        Write32(old + hashAt, U32(other + hashAt));
        Write32(old + nameAt, U32(other + nameAt));
        return true;
    }

    /// <summary>File offset of the Vernaux entry of that name, or null.</summary>
    private int? NeededVersion(string name)
    {
        for (int library = _versionNeeds; ; library += (int)U32(library + 12))
        {
            int entry = library + (int)U32(library + 8);
            for (int left = U16(library + 2); left > 0; left--, entry += (int)U32(entry + 12))
            {
                if (StringAt(U32(entry + 8)) == name)
                {
                    return entry;
                }
            }

            if (U32(library + 12) == 0)
            {
                return null;
            }
        }
    }

    private void ReadSegments()
    {
        int headers = (int)U64(32);
        int headerBytes = U16(54);
        (int dynamicStart, int dynamicBytes) = (0, 0);
        for (int i = 0; i < U16(56); i++)
        {
            int at = headers + (i * headerBytes);
            switch (U32(at))
            {
                case SegmentLoad:
                    _loadedSegments.Add((Address: U64(at + 16), Offset: U64(at + 8), Size: U64(at + 32)));
                    break;
                case SegmentDynamic:
                    (dynamicStart, dynamicBytes) = ((int)U64(at + 8), (int)U64(at + 32));
                    break;
            }
        }

        for (int at = dynamicStart; at < dynamicStart + dynamicBytes && U64(at) != 0; at += 16)
        {
            _dynamic.TryAdd((DynamicTag)U64(at), U64(at + 8));
        }
    }

    private int OffsetOf(DynamicTag tag)
    {
        if (_dynamic.TryGetValue(tag, out ulong address))
        {
            foreach ((ulong start, ulong offset, ulong size) in _loadedSegments)
            {
                if (address >= start && address < start + size)
                {
                    return (int)(address - start + offset);
                }
            }
        }

        throw new NativeLibraryException($"the ELF library has no {tag}");
    }

    private string StringAt(uint offset)
    {
        ReadOnlySpan<byte> rest = _image.AsSpan(_strings + (int)offset);
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private ushort U16(int offset)
    {
        return BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(offset));
    }

    private uint U32(int offset)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(offset));
    }

    private ulong U64(int offset)
    {
        return BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(offset));
    }

    private void Write32(int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_image.AsSpan(offset), value);
    }
}
