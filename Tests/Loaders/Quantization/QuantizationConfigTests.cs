using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Tests.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.Quantization;

public sealed class QuantizationConfigTests
{
    private const string Group = "config_groups.group_0";
    private const string Weights = $"{Group}.weights";

    [Test]
    public void PublishedConfigsAreRead()
    {
        Assert.That(new[] { QuantizationConfigs.Gptq, QuantizationConfigs.GptqModel, QuantizationConfigs.Awq, QuantizationConfigs.Compressed }.Select(c => Parse(c)!).Select(c => (c.Method, c.Bits, c.GroupSize, c.IsSymmetric, c.HasActOrder)), Is.EqualTo(new[]
        {
            (QuantizationMethod.Gptq, 4, (int?)128, true, false),
            (QuantizationMethod.Gptq, 4, 128, true, false),
            (QuantizationMethod.Awq, 4, 128, false, false),
            (QuantizationMethod.CompressedTensors, 4, 128, true, false),
        }));
        Assert.That(SampleConfigs.Smallest.Parse().Quantization, Is.Null);
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("false")]
    public void NoQuantizationIsNone(string value) => Assert.That(Parse(value), Is.Null);

    [TestCase("lm_head", "true", "lm_head", true)]
    [TestCase("lm_head", "false", "lm_head", false)]
    [TestCase("dynamic", """{"+:.*":{"bits":4}}""", "lm_head", false)]
    [TestCase("dynamic", """{"-:model\\.layers\\.1\\.":{}}""", "model.layers.1.mlp.up_proj", false)]
    [TestCase("dynamic", """{"-:layers\\.1\\.":{}}""", "model.layers.1.mlp.up_proj", true)]
    [TestCase("dynamic", """{"+:.*up_proj":{"bits":4},"-:.*mlp":{}}""", "model.layers.1.mlp.up_proj", true)]
    [TestCase("dynamic", """{".*up_proj":{"group_size":128,"sym":true},"-:.*mlp":{}}""", "model.layers.1.mlp.gate_proj", false)]
    [TestCase("modules_in_block_to_quantize", """[["mlp.up_proj"],["self_attn.q_proj","self_attn.k_proj"]]""", "model.layers.1.mlp.up_proj", true)]
    [TestCase("modules_in_block_to_quantize", """[["mlp.up_proj"],["self_attn.q_proj","self_attn.k_proj"]]""", "model.layers.1.mlp.gate_proj", false)]
    [TestCase("modules_in_block_to_quantize", """["mlp.up_proj"]""", "model.layers.1.self_attn.k_proj", false)]
    [TestCase("modules_to_not_convert", """["mlp"]""", "model.layers.1.mlp.up_proj", false)]
    public void GptqSaysWhichModulesAre4Bit(string field, string value, string module, bool expected)
        => Assert.That(Parse(QuantizationConfigs.Gptq.With(field, value))!.IsQuantized(module), Is.EqualTo(expected));

    [TestCase("""["lm_head"]""", "model.layers.0.mlp.up_proj", true)]
    [TestCase("""["layers.0."]""", "model.layers.0.mlp.up_proj", false)]
    [TestCase("null", "lm_head", false)]
    public void AwqSaysWhichModulesAre4Bit(string value, string module, bool expected)
        => Assert.That(Parse(QuantizationConfigs.Awq.With("modules_to_not_convert", value))!.IsQuantized(module), Is.EqualTo(expected));

    [TestCase("ignore", "[]", "lm_head", true)]
    [TestCase("ignore", "[\"lm_head\"]", "lm_head", false)]
    [TestCase("ignore", "[\"lm\"]", "lm_head", true)]
    [TestCase("ignore", "[\"re:lm\"]", "lm_head", false)]
    [TestCase("ignore", "[\"re:head\"]", "lm_head", true)]
    [TestCase("ignore", "[\"re:.*mlp\\\\.(up|gate)_proj\"]", "model.layers.3.mlp.up_proj", false)]
    [TestCase("ignore", "[\"Linear\"]", "model.layers.3.mlp.up_proj", false)]
    [TestCase("ignore", "null", "model.layers.3.mlp.up_proj", true)]
    [TestCase(Group + ".targets", "[\"re:.*self_attn\"]", "model.layers.3.mlp.up_proj", false)]
    [TestCase(Group + ".targets", "[\"re:.*self_attn\"]", "model.layers.3.self_attn.q_proj", true)]
    [TestCase(Group + ".targets", "[\"model.layers.3.mlp.up_proj\"]", "model.layers.3.mlp.up_proj", true)]
    public void CompressedTensorsSaysWhichModulesAre4Bit(string field, string value, string module, bool expected)
        => Assert.That(Parse(QuantizationConfigs.Compressed.With(field, value))!.IsQuantized(module), Is.EqualTo(expected));

    [TestCase("quant_method", "\"bitsandbytes\"", "quant_method")]
    [TestCase("quant_method", "\"fp8\"", "quant_method")]
    [TestCase("quant_method", "\"mxfp4\"", "quant_method")]
    [TestCase("quant_method", "\"marlin\"", "quant_method")]
    [TestCase("quant_method", "\"aqlm\"", "quant_method")]
    [TestCase("quant_method", "null", "quant_method")]
    [TestCase("quant_method", "4", "quant_method")]
    [TestCase("bits", "2", "bits")]
    [TestCase("bits", "3", "bits")]
    [TestCase("bits", "8", "bits")]
    [TestCase("bits", "null", "bits")]
    [TestCase("bits", "\"4\"", "bits")]
    [TestCase("group_size", "0", "group_size")]
    [TestCase("group_size", "-2", "group_size")]
    [TestCase("group_size", "null", "group_size")]
    [TestCase("group_size", "2147483648", "group_size")]
    [TestCase("checkpoint_format", "\"marlin\"", "checkpoint_format")]
    [TestCase("checkpoint_format", "\"bitblas\"", "checkpoint_format")]
    [TestCase("format", "\"marlin\"", "format")]
    [TestCase("is_marlin_format", "true", "is_marlin_format")]
    [TestCase("pack_dtype", "\"int16\"", "pack_dtype")]
    [TestCase("sym", "1", "sym")]
    [TestCase("dynamic", """{"+:.*up":{"bits":8}}""", "dynamic.+:.*up.bits")]
    [TestCase("dynamic", """{".*up":{"group_size":32}}""", "dynamic..*up.group_size")]
    [TestCase("dynamic", """{".*up":{"group_size":-1}}""", "dynamic..*up.group_size")]
    [TestCase("dynamic", """{".*up":{"sym":false}}""", "dynamic..*up.sym")]
    [TestCase("dynamic", """{"-:((":{}}""", "dynamic")]
    [TestCase("dynamic", """{"-:a)|(?:b":{}}""", "dynamic")]
    [TestCase("dynamic", """[1]""", "dynamic")]
    [TestCase("dynamic", """{"-:x":7,"+:x":7}""", "dynamic.+:x")]
    [TestCase("modules_in_block_to_quantize", "[[1]]", "modules_in_block_to_quantize")]
    [TestCase("modules_in_block_to_quantize", "{}", "modules_in_block_to_quantize")]
    public void GptqThatIsNotReadIsRefusedByName(string field, string value, string named) => AssertRefused(QuantizationConfigs.Gptq.With(field, value), named);

    [TestCase("version", "\"gemv\"")]
    [TestCase("version", "\"gemv_fast\"")]
    [TestCase("version", "\"marlin\"")]
    [TestCase("bits", "3")]
    [TestCase("group_size", "null")]
    [TestCase("backend", "\"llm-awq\"")]
    [TestCase("modules_to_not_convert", "\"lm_head\"")]
    [TestCase("zero_point", "\"yes\"")]
    public void AwqThatIsNotReadIsRefusedByName(string field, string value) => AssertRefused(QuantizationConfigs.Awq.With(field, value), field);

    [TestCase("format", "\"float-quantized\"")]
    [TestCase("format", "\"int-quantized\"")]
    [TestCase("format", "\"naive-quantized\"")]
    [TestCase("format", "\"marlin-24\"")]
    [TestCase("format", "\"nvfp4-pack-quantized\"")]
    [TestCase("format", "null")]
    [TestCase("kv_cache_scheme", "{\"num_bits\":8}")]
    [TestCase("transform_config", "{\"x\":1}")]
    [TestCase("config_groups", "null")]
    [TestCase("config_groups", "{}")]
    [TestCase("config_groups", "[]")]
    [TestCase("ignore", "\"lm_head\"")]
    [TestCase(Group + ".format", "\"int-quantized\"")]
    [TestCase(Group + ".input_activations", "{\"num_bits\":8}")]
    [TestCase(Group + ".output_activations", "{\"num_bits\":8}")]
    [TestCase(Group + ".weights", "null")]
    [TestCase(Weights + ".num_bits", "8")]
    [TestCase(Weights + ".type", "\"float\"")]
    [TestCase(Weights + ".strategy", "\"tensor\"")]
    [TestCase(Weights + ".strategy", "\"block\"")]
    [TestCase(Weights + ".group_size", "0")]
    [TestCase(Weights + ".group_size", "null")]
    [TestCase(Weights + ".dynamic", "true")]
    [TestCase(Weights + ".actorder", "\"other\"")]
    [TestCase("sparsity_config", "{\"format\":\"sparse-24-bitmask\"}", "sparsity_config.format")]
    public void CompressedTensorsThatIsNotReadIsRefusedByName(string field, string value, string? named = null)
        => AssertRefused(QuantizationConfigs.Compressed.With(field, value), named ?? field);

    [Test]
    public void GroupsOfCompressedTensorsMustAgree()
    {
        const string Same = """{"targets":["re:.*mlp"],"weights":{"num_bits":4,"strategy":"group","group_size":128}}""";
        Assert.That(Parse(QuantizationConfigs.Compressed.With("config_groups.group_1", Same))!.GroupSize, Is.EqualTo(128));
        AssertRefused(QuantizationConfigs.Compressed.With("config_groups.group_1", Same.Replace("128", "64")), "config_groups.group_1");
    }

    [Test]
    public void HostilePatternIsATypedErrorInBoundedTime()
    {
        QuantizationConfig config = Parse(QuantizationConfigs.Compressed.With("ignore", """["re:(.*.*)*(.*.*)*x$"]"""))!;
        var clock = Stopwatch.StartNew();

        ModelConfigException e = Assert.Throws<ModelConfigException>(() => config.IsQuantized("model.layers.0.self_attn.q_proj"))!;
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(e.Message, Does.Contain("too long"));
    }

    [Test]
    public void TooManyOrTooLongPatternsAreRefused()
    {
        AssertRefused(QuantizationConfigs.Awq.With("modules_to_not_convert", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 4097))}]"), "modules_to_not_convert");
        AssertRefused(QuantizationConfigs.Awq.With("modules_to_not_convert", $"[\"{new string('x', 1025)}\"]"), "modules_to_not_convert");
    }

    [Test]
    public void DamagedConfigIsRefusedWithATypedErrorOrIsSound()
    {
        const int Inputs = 8000;
        string[] samples = [QuantizationConfigs.Gptq, QuantizationConfigs.GptqModel, QuantizationConfigs.Awq, QuantizationConfigs.Compressed];
        var mutator = new Mutator(21, [.. samples.Select(s => Encoding.UTF8.GetBytes(SampleConfigs.Smallest.With("quantization_config", s)))]);
        int accepted = 0;
        for (int i = 0; i < Inputs; i++)
        {
            byte[] json = mutator.Next();
            try
            {
                QuantizationConfig? config = ModelConfigReader.Parse(json).Quantization;
                config?.IsQuantized("model.layers.0.mlp.gate_proj");
                Assert.That(config?.GroupSize ?? 1, Is.Positive);
                accepted++;
            }
            catch (ModelConfigException)
            {
            }
        }

        Assert.That(accepted, Is.InRange(Inputs / 50, Inputs - (Inputs / 5)));
    }

    private static QuantizationConfig? Parse(string quantization) => SampleConfigs.Smallest.With("quantization_config", quantization).Parse().Quantization;

    private static void AssertRefused(string quantization, string field)
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => Parse(quantization))!;
        Assert.That(e.Field, Is.EqualTo($"quantization_config.{field}"), e.Message);
    }
}
