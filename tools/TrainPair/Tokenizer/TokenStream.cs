using System.Runtime.InteropServices;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// A corpus as token ids in one run, each document between <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>; on disk one
/// little-endian 16-bit number per token.
/// </summary>
internal static class TokenStream
{
    /// <exception cref="InvalidOperationException">A document does not survive encoding and decoding: the tokenizer is wrong.</exception>
    public static int[] Encode(BpeTokenizer tokenizer, IEnumerable<string> documents)
    {
        List<int> stream = [];
        foreach (string document in documents)
        {
            List<int> ids = tokenizer.Encode(document);
            if (tokenizer.Decode(ids) != document)
            {
                throw new InvalidOperationException($"the tokenizer does not round-trip the document '{document[..20]}...'");
            }

            stream.Add(BpeVocabulary.BeginOfText);
            stream.AddRange(ids);
            stream.Add(BpeVocabulary.EndOfText);
        }

        return [.. stream];
    }

    public static void Write(string path, int[] stream)
    {
        ushort[] ids = Array.ConvertAll(stream, id => checked((ushort)id));
        AtomicFile.Write(path, file => file.Write(MemoryMarshal.AsBytes<ushort>(ids)));
    }

    public static int[] Read(string path)
    {
        return Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(File.ReadAllBytes(path)).ToArray(), id => (int)id);
    }
}
