using NUnit.Framework;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class VocabularyCheckTests
{
    [TestCase(3, 3, 3)]
    [TestCase(8, 8, 3, Description = "both padded")]
    [TestCase(8, 4, 3, Description = "padded differently")]
    [TestCase(8, 2, 2, Description = "fewer rows than tokens")]
    public void TheSameVocabularyIsSharedUpToTheShorterOne(int targetRows, int draftRows, int shared) =>
        Assert.That(
            VocabularyCheck.Compare(Load("a", "b", "c"), Load("a", "b", "c"), targetRows, draftRows), Is.EqualTo(shared));

    [Test]
    public void TokensThatOnlyTheTargetHasAreOutsideTheSharedRange() =>
        Assert.That(VocabularyCheck.Compare(Load("a", "b", "c", "d"), Load("a", "b"), 16, 16), Is.EqualTo(2));

    [Test]
    public void AnIdThatOneOfThemDoesNotUseIsPadding()
    {
        ModelTokenizer gap = new TokenizerJson { Vocabulary = ["a"], AddedTokens = """[{"id":2,"content":"c"}]""" }.Load();
        Assert.That(VocabularyCheck.Compare(Load("a", "b", "c"), gap, 3, 3), Is.EqualTo(3));
    }

    [Test]
    public void TheFirstDifferingIdAndBothTextsAreNamed() =>
        Assert.That(
            () => VocabularyCheck.Compare(Load("a", "b", "c", "d"), Load("a", "b", "x", "y"), 4, 4),
            Throws.InstanceOf<ModelMismatchException>().With.Message.Contains("token 2 is \"c\" to the target and \"x\""));

    [Test]
    public void ADifferenceBeyondTheSharedRowsDoesNotMatter() =>
        Assert.That(VocabularyCheck.Compare(Load("a", "b", "c"), Load("a", "b", "x"), 3, 2), Is.EqualTo(2));

    [Test]
    public void TheDemoPairSharesItsWholeVocabulary() =>
        Assert.That(
            VocabularyCheck.Compare(LoadedTokenizers.Get("demo-pair/target"), LoadedTokenizers.Get("demo-pair/draft"), 2048, 2048),
            Is.EqualTo(2048));

    [Test]
    public void Llama3AndQwenAreNotOfOneFamily()
    {
        ModelTokenizer llama = LoadedTokenizers.Get("fixtures/tokenizers/llama3");
        ModelTokenizer qwen = LoadedTokenizers.Get("fixtures/tokenizers/qwen2");
        Assert.That(() => VocabularyCheck.Compare(llama, qwen, 128256, 151936), Throws.InstanceOf<ModelMismatchException>());
    }

    [Test]
    public void ARankFileAndTheTokenizerJsonOfTheSameRanksAgree()
    {
        ModelTokenizer json = LoadedTokenizers.Get("fixtures/tokenizers/qwen2");
        ModelTokenizer ranks = LoadedTokenizers.AsRankFile("fixtures/tokenizers/qwen2", "qwen.tiktoken", "\n");
        Assert.That(VocabularyCheck.Compare(json, ranks, 151936, 151936), Is.EqualTo(ranks.VocabularySize));
    }

    private static ModelTokenizer Load(params string[] vocabulary) => new TokenizerJson { Vocabulary = vocabulary }.Load();
}
