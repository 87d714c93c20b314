using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench;

public sealed class PromptSetTests
{
    [TestCase("""["one", "two"]""")]
    [TestCase("""[[0, "one"], [1, "two"]]""", Description = "the SpecExec authors' files")]
    [TestCase("""[{"prompt": "one"}, {"text": "two", "more": 3}]""")]
    [TestCase("{\"question_id\": 81, \"turns\": [\"one\", \"and then\"]}\n\n{\"question_id\": 82, \"turns\": [\"two\"]}\r\n", Description = "MT-Bench")]
    [TestCase("[\n  {\"turns\": [\"one\"]},\n  \"two\"\n]")]
    public void AllUsualFormsAreRead(string json) => Assert.That(Read(json), Is.EqualTo(new[] { "one", "two" }));

    [Test]
    public void OneObjectIsOnePrompt() => Assert.That(Read("""{"text": "one"}"""), Is.EqualTo(new[] { "one" }));

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("[\"one\", 2]")]
    [TestCase("[[\"one\", 2]]")]
    [TestCase("[\"\"]")]
    [TestCase("[{\"turns\": []}]")]
    [TestCase("{\"text\": \"one\"}\n{\"text\": ")]
    [TestCase("[\"one\"")]
    [TestCase("17")]
    public void WhatIsNoSetIsRefusedByName(string json)
        => Assert.That(() => Read(json), Throws.InstanceOf<BenchException>().With.Message.StartsWith("prompts.json: "));

    [Test]
    public void ASetComesAlong() => Assert.That(PromptSet.BuiltIn, Has.Count.GreaterThanOrEqualTo(16).And.All.Not.Empty);

    private static IReadOnlyList<string> Read(string json)
    {
        using var folder = new TemporaryDirectory();
        string file = folder["prompts.json"];
        File.WriteAllText(file, json);
        return PromptSet.Read(new FileInfo(file));
    }
}
