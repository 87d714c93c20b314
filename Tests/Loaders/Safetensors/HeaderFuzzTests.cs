using System.Numerics;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

/// <summary>Damaged headers: refused with the documented exception or read into something sound, in bounded memory.</summary>
public sealed class HeaderFuzzTests
{
    private const int Inputs = 60_000;

    // A tensor or a dimension costs at most a few objects per dozens of bytes of JSON; an exception and its message a few kilobytes.
    private const long MemoryPerInput = 64 << 10;
    private const long MemoryPerByte = 64;

    private static readonly (string Header, int DataBytes)[] Sound =
    [
        ("""{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}}""", 22),
        ("""{"__metadata__":{"format":"pt"},"x.y":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}  """, 5),
        ("""{"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"z":{"dtype":"F16","shape":[0,7],"data_offsets":[8,8]}}""", 8),
        ("""{"f4":{"dtype":"F4","shape":[2,2],"data_offsets":[0,2],"extra":[1,{"a":null}]},"é😀":{"dtype":"BOOL","shape":[1],"data_offsets":[2,3]}}""", 3),
        ("""{"\u0061\n":{"shape":[1,1,1,1],"data_offsets":[4,8],"dtype":"I32"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8),
        ("""{"f6":{"dtype":"F6_E2M3","shape":[4,2],"data_offsets":[0,6]}}""", 6),
        ("""{"__metadata__":null}""", 0),
        ("{}", 0),
    ];

    [Test]
    public void DamagedHeaderIsRefusedWithATypedErrorOrIsSound()
    {
        var random = new Random(1);
        var mutator = new Mutator(2, [.. Sound.Select(s => Encoding.UTF8.GetBytes(s.Header))]);
        var outcomes = new Dictionary<string, int>();
        for (int i = 0; i < Inputs; i++)
        {
            byte[] file = Frame(mutator.Next(out int original), Sound[original].DataBytes, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome = Outcome(file, out SafetensorsHeader? header);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.That(allocated, Is.LessThan(MemoryPerInput + (MemoryPerByte * file.Length)), () => $"input {i}: {Convert.ToHexString(file)}");
            if (header is not null)
            {
                AssertSound(header, file.Length);
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        // The fuzz is only worth its time if it gets everywhere.
        IEnumerable<string> everyOutcome = Enum.GetValues<SafetensorsError>()
            .Where(e => e != SafetensorsError.IoError).Select(e => e.ToString()).Append("accepted");
        TestContext.Out.WriteLine(string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}")));
        Assert.That(outcomes.Keys, Is.EquivalentTo(everyOutcome));
        Assert.That(outcomes["accepted"], Is.GreaterThan(Inputs / 50));
    }

    private static byte[] Frame(byte[] header, int soundDataBytes, Random random)
    {
        // Mostly with the lengths that fit, so that damage gets past the first checks.
        int dataBytes = random.Next(10) == 0 ? random.Next(40) : soundDataBytes;
        ulong claimed = random.Next(20) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => (ulong)random.Next(200),
            _ => (ulong)header.Length,
        };
        byte[] file = RawFile.WithLength(claimed, header, dataBytes);
        return random.Next(100) == 0 ? file[..Math.Min(file.Length, random.Next(16))] : file;
    }

    private static string Outcome(byte[] file, out SafetensorsHeader? header)
    {
        header = null;
        try
        {
            header = SafetensorsHeader.Parse(file, file.Length, "fuzz.safetensors");
            return "accepted";
        }
        catch (SafetensorsFormatException e)
        {
            return e.Error.ToString();
        }
    }

    /// <summary>Laid out anew, in arithmetic that cannot overflow.</summary>
    private static void AssertSound(SafetensorsHeader header, long fileLength)
    {
        BigInteger end = 0;
        foreach (TensorInfo tensor in header.Tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.Bytes))
        {
            BigInteger bits = tensor.Shape.Aggregate(new BigInteger(tensor.Type.Bits()), (product, d) => product * d);
            Assert.That(bits, Is.EqualTo(8 * (BigInteger)tensor.Bytes));
            Assert.That((BigInteger)tensor.Offset, Is.EqualTo(end));
            end += tensor.Bytes;
        }

        Assert.That(header.DataStart + end, Is.EqualTo((BigInteger)fileLength));
    }
}
