using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

public sealed class GenerationDefaultsReaderTests
{
    [Test]
    public void EverySettingIsRead()
    {
        GenerationDefaults defaults = Parse("""{"do_sample":true,"temperature":0.7,"top_p":0.8,"top_k":20,"min_p":0,"repetition_penalty":1.05,"pad_token_id":3}""");

        Assert.That(defaults, Is.EqualTo(new GenerationDefaults
        {
            DoSample = true,
            Temperature = 0.7,
            TopP = 0.8,
            TopK = 20,
            MinP = 0,
            RepetitionPenalty = 1.05,
        }));
        Assert.That(Parse("""{"temperature":null}"""), Is.EqualTo(new GenerationDefaults()));
    }

    [TestCase("temperature", "-0.1")]
    [TestCase("temperature", "1e999")]
    [TestCase("top_p", "0")]
    [TestCase("top_p", "1.01")]
    [TestCase("top_k", "-1")]
    [TestCase("top_k", "0.5")]
    [TestCase("min_p", "2")]
    [TestCase("repetition_penalty", "0")]
    [TestCase("do_sample", "\"yes\"")]
    public void InvalidSettingIsRefusedByName(string field, string value)
        => Assert.That(Assert.Throws<ModelConfigException>(() => Parse($"{{\"{field}\":{value}}}"))!.Field, Is.EqualTo(field));

    private static GenerationDefaults Parse(string json) => GenerationDefaultsReader.Parse(Encoding.UTF8.GetBytes(json));
}
