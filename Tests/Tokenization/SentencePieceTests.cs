using Microsoft.ML.Tokenizers;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;
using SpecExecNative.Loaders.Tokenization.SentencePiece;

namespace SpecExecNative.Tests.Tokenization;

public sealed class SentencePieceTests
{
    [Test]
    public void EqualScoresMergeLeftmostFirst()
    {
        SentencePieceFile file = SentencePieceFile.With("a").Add("aa", -5).Add("▁", -9);
        Assert.That(Texts(Load(file), "aaa"), Is.EqualTo((string[])["▁", "aa", "a"]));

        // Two different pieces of one score: the left pair, whatever its id.
        file = SentencePieceFile.With("a", "b", "c", "▁").Add("bc", -9).Add("ab", -9);
        Assert.That(Texts(Load(file), "abc"), Is.EqualTo((string[])["▁", "ab", "c"]));
    }

    [Test]
    public void TwoUnknownCharactersStillMergeIntoAPiece() =>
        Assert.That(Texts(Load(SentencePieceFile.With("▁", "xy")), "xy"), Is.EqualTo((string[])["▁", "xy"]));

    [Test]
    public void UnknownCharactersBecomeTheirBytesIfThereAreBytePieces()
    {
        SentencePieceFile file = SentencePieceFile.With("▁", "a");
        for (int value = 0; value < 256; value++)
        {
            file.Add($"<0x{value:X2}>", 0, 6);
        }

        Assert.That(Texts(Load(file), "aé"), Is.EqualTo((string[])["▁", "a", "<0xC3>", "<0xA9>"]));
    }

    [Test]
    public void NeighbouringUnknownCharactersAreOneUnknownTokenWithoutThem() =>
        Assert.That(Texts(Load(SentencePieceFile.With("▁", "a")), "xéay"), Is.EqualTo((string[])["▁", "<unk>", "a", "<unk>"]));

    [TestCase(true, false, true, "  a  b ", "▁▁▁a▁▁b▁")]
    [TestCase(true, true, true, "  a  b ", "▁a▁b")]
    [TestCase(false, true, true, "  a  b ", "a▁b")]
    [TestCase(false, false, false, " a", " a")]
    [TestCase(true, true, true, "   ", "")]
    [TestCase(true, false, true, "", "")]
    public void TheModelsOwnRulesForSpacesAreKept(bool dummyPrefix, bool removeExtra, bool escape, string text, string expected)
    {
        SentencePieceFile file = SentencePieceFile.With("▁", "a", "b", " ");
        (file.AddDummyPrefix, file.RemoveExtraWhitespaces, file.EscapeWhitespaces) = (dummyPrefix, removeExtra, escape);
        Assert.That(string.Concat(Texts(Load(file), text)), Is.EqualTo(expected));
    }

    [Test]
    public void AUserDefinedPieceIsOneTokenWhereverItOccursAndMergesWithNothing()
    {
        SentencePieceFile file = SentencePieceFile.With("▁", "a", "b", "ab", "aab", "▁a").Add("ab", 0, 4);
        Assert.That(() => Load(file), Throws.InstanceOf<TokenizerFormatException>(), "\"ab\" twice");

        file = SentencePieceFile.With("▁", "a", "b", "bb", "▁a", "aab").Add("ab", 0, 4);
        Assert.That(Texts(Load(file), "aabb"), Is.EqualTo((string[])["▁a", "ab", "b"]));
    }

    [Test]
    public void ControlPiecesAreRecognisedInTheTextAndNeverDecoded()
    {
        ModelTokenizer tokenizer = Load(SentencePieceFile.With("▁", "a"));
        Assert.That(tokenizer.Encode("a</s>a", addSpecialTokens: true), Is.EqualTo((int[])[1, 3, 4, 2, 3, 4]));
        Assert.That(tokenizer.Decode([1, 3, 4, 2, 4]), Is.EqualTo("aa"));
    }

    [TestCase(1, "Unigram")]
    [TestCase(3, "Word")]
    [TestCase(4, "Char")]
    public void OtherKindsOfModelAreRefusedByName(int modelType, string name)
    {
        SentencePieceFile file = SentencePieceFile.With("a");
        file.ModelType = modelType;
        Assert.That(() => Load(file), Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains(name));
    }

    [Test]
    public void ACharacterMapASuffixRuleAndUnusedPiecesAreRefusedByName()
    {
        SentencePieceFile mapped = SentencePieceFile.With("a");
        mapped.CharacterMap = [1];
        Assert.That(() => Load(mapped), Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("precompiled_charsmap"));
        SentencePieceFile suffixed = SentencePieceFile.With("a");
        suffixed.WhitespaceAsSuffix = true;
        Assert.That(() => Load(suffixed), Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("treat_whitespace_as_suffix"));
        Assert.That(
            () => Load(SentencePieceFile.With("a").Add("b", 0, 5)),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("Unused"));
    }

    [TestCase("fixtures/tokenizers/llama2")]
    [TestCase("fixtures/tokenizers/mistral-v3")]
    public void RealModelsMergeAsTheDefinitionSays(string directory)
    {
        byte[] bytes = File.ReadAllBytes(TestData.Shared(directory + "/tokenizer.model"));
        SentencePieceModel model = SentencePieceModel.Parse(bytes);
        Dictionary<string, float> scores = model.Pieces
            .Where(piece => piece.Type == SentencePieceType.Normal)
            .ToDictionary(piece => piece.Text, piece => piece.Score);
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            // No characters that could be unknown: bytes are another rule.
            string text = string.Concat(Enumerable.Range(0, 60).Select(_ => "eta oinshrdl....----,\t\n{}"[random.Next(25)]));
            List<string> expected = NaiveBytePair.Merge(
                ("▁" + text.Replace(' ', '▁')).Select(c => c.ToString()),
                (left, right) => scores.TryGetValue(left + right, out float score) ? -score : null);
            Assert.That(
                Texts(tokenizer, text),
                Is.EqualTo(expected.Select(piece => scores.ContainsKey(piece) ? piece : $"<0x{(int)piece[0]:X2}>")));
        }
    }

    /// <summary>
    /// Microsoft's LlamaTokenizer as a second opinion. It breaks score ties rightmost, so texts with runs of one sign are left out.
    /// </summary>
    [TestCase("fixtures/tokenizers/llama2")]
    [TestCase("fixtures/tokenizers/mistral-v3")]
    public void ProseGetsTheIdsOfMicrosoftsLlamaTokenizer(string directory)
    {
        using FileStream stream = File.OpenRead(TestData.Shared(directory + "/tokenizer.model"));
        LlamaTokenizer other = LlamaTokenizer.Create(stream, addBeginOfSentence: false);
        ModelTokenizer ours = LoadedTokenizers.Get(directory);
        int compared = 0;
        foreach ((string text, _) in ReferenceEncodings.Read("llama-spm").Where(item => item.Text.Length > 0 && !HasRun(item.Text)))
        {
            Assert.That(ours.Encode(text, addSpecialTokens: false), Is.EqualTo(other.EncodeToIds(text)), text);
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(25));
    }

    [Test]
    public void MorePiecesThanAVocabularyMayHaveEndTheReading()
    {
        // Pieces of two bytes: the longest stream there may be would take gigabytes before its vocabulary is looked at.
        byte[] stream = new byte[2 * (Vocabulary.MaximumSize + 1)];
        for (int i = 0; i < stream.Length; i += 2)
        {
            stream[i] = 0x0A;
        }

        Assert.That(() => SentencePieceModel.Parse(stream.AsSpan(2)).Pieces, Has.Count.EqualTo(Vocabulary.MaximumSize));
        Assert.That(() => SentencePieceModel.Parse(stream), Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{Vocabulary.MaximumSize}"));
    }

    private static bool HasRun(string text) =>
        Enumerable.Range(1, text.Length - 1).Any(i => text[i] == text[i - 1] && !char.IsLetter(text[i]));

    private static ModelTokenizer Load(SentencePieceFile file) => LoadedTokenizers.FromFiles(("tokenizer.model", file.ToBytes()));

    private static string[] Texts(ModelTokenizer tokenizer, string text) =>
        [.. tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.TokenText(id)!)];
}
