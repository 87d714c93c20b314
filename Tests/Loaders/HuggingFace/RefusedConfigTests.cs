using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>What would change the numbers is refused by name, and what is no valid value too.</summary>
public sealed class RefusedConfigTests
{
    [TestCase("model_type", "\"gemma2\"")]
    [TestCase("model_type", "null")]
    [TestCase("model_type", "7")]
    [TestCase("architectures", "[\"LlamaForSequenceClassification\"]")]
    [TestCase("architectures", "[\"LlamaModel\"]")]
    [TestCase("hidden_act", "\"gelu\"")]
    [TestCase("hidden_act", "\"relu2\"")]
    [TestCase("mlp_bias", "true")]
    [TestCase("compression_config", "{\"quant_method\":\"sparseml\"}")]
    [TestCase("num_local_experts", "8")]
    [TestCase("num_experts", "60")]
    [TestCase("attn_logit_softcapping", "50.0")]
    [TestCase("final_logit_softcapping", "30.0")]
    [TestCase("partial_rotary_factor", "0.5")]
    [TestCase("query_pre_attn_scalar", "256")]
    [TestCase("logit_scale", "0.0625")]
    [TestCase("clip_qkv", "8")]
    [TestCase("use_mrope", "true")]
    [TestCase("alibi", "true")]
    [TestCase("is_causal", "false")]
    [TestCase("sliding_window", "4096")]
    [TestCase("layer_types", "[\"full_attention\"]")]
    [TestCase("rope_scaling.rope_type", "\"yarn\"")]
    [TestCase("rope_scaling.rope_type", "\"longrope\"")]
    [TestCase("rope_scaling.rope_type", "\"dynamic\"")]
    [TestCase("rope_scaling.rope_type", "\"linear\"")]
    [TestCase("rope_scaling.type", "\"linear\"")]
    [TestCase("rope_scaling.mrope_section", "[16,24,24]")]
    [TestCase("rope_scaling.attention_factor", "1.2")]
    [TestCase("rope_scaling.partial_rotary_factor", "0.5")]
    [TestCase("rope_scaling.rope_theta", "10000")]
    public void FieldThatChangesTheNumbersIsRefusedByName(string field, string value)
        => AssertRefused(SampleConfigs.Llama31.With(field, value), field);

    [Test]
    public void ModelWithCodeOfItsOwnIsRefused()
        => AssertRefused(
            SampleConfigs.Llama31.With("auto_map", """{"AutoConfig":"configuration_x.XConfig","AutoModelForCausalLM":"modeling_x.XForCausalLM"}"""),
            "auto_map.AutoModelForCausalLM");

    [TestCase("vocab_size", "null")]
    [TestCase("vocab_size", "0")]
    [TestCase("vocab_size", "-1")]
    [TestCase("vocab_size", "1e3")]
    [TestCase("vocab_size", "\"32000\"")]
    [TestCase("vocab_size", "2147483648")]
    [TestCase("vocab_size", "99999999999999999999999")]
    [TestCase("hidden_size", "1000000000")]
    [TestCase("hidden_size", "true")]
    [TestCase("intermediate_size", "-14336")]
    [TestCase("num_hidden_layers", "10001")]
    [TestCase("num_hidden_layers", "2000000000")]
    [TestCase("num_attention_heads", "0")]
    [TestCase("num_attention_heads", "24")]
    [TestCase("num_key_value_heads", "5")]
    [TestCase("num_key_value_heads", "64")]
    [TestCase("head_dim", "127")]
    [TestCase("head_dim", "0")]
    [TestCase("head_dim", "[]")]
    [TestCase("rms_norm_eps", "-1e-5")]
    [TestCase("rms_norm_eps", "0")]
    [TestCase("rms_norm_eps", "1e999")]
    [TestCase("rms_norm_eps", "\"1e-5\"")]
    [TestCase("rope_theta", "0")]
    [TestCase("rope_theta", "-10000")]
    [TestCase("rope_theta", "1e999")]
    [TestCase("max_position_embeddings", "0")]
    [TestCase("tie_word_embeddings", "1")]
    [TestCase("tie_word_embeddings", "\"false\"")]
    [TestCase("attention_bias", "\"no\"")]
    [TestCase("bos_token_id", "-1")]
    [TestCase("bos_token_id", "128256")]
    [TestCase("eos_token_id", "128256")]
    [TestCase("eos_token_id", "[128001,-1]")]
    [TestCase("eos_token_id", "[[1]]")]
    [TestCase("eos_token_id", "{}")]
    [TestCase("architectures", "\"LlamaForCausalLM\"")]
    [TestCase("rope_scaling", "8")]
    [TestCase("rope_scaling.factor", "null")]
    [TestCase("rope_scaling.factor", "0")]
    [TestCase("rope_scaling.high_freq_factor", "1")]
    [TestCase("rope_scaling.original_max_position_embeddings", "0.5")]
    public void InvalidValueIsRefusedByName(string field, string value)
        => AssertRefused(SampleConfigs.Llama31.With(field, value), field);

    [TestCase("sliding_window", "0")]
    [TestCase("max_window_layers", "-1")]
    [TestCase("use_sliding_window", "null")]
    [TestCase("layer_types", "[\"full_attention\"]")]
    [TestCase("layer_types", "[\"full_attention\",\"full_attention\",\"chunked_attention\",\"full_attention\"]")]
    [TestCase("rope_parameters.rope_type", "\"yarn\"")]
    [TestCase("rope_parameters.full_attention", "{\"rope_type\":\"default\"}")]
    public void Transformers5SpellingIsCheckedToo(string field, string value)
    {
        // Without the switch there is no window for the layers that layer_types says slide.
        string named = field == "use_sliding_window" ? "layer_types" : field;
        AssertRefused(SampleConfigs.Qwen3Transformers5.With(field, value), named);
    }

    [TestCase("attention_bias", "true", "attention_bias")]
    [TestCase("sliding_window", "1.5", "sliding_window")]
    public void MistralIsCheckedToo(string field, string value, string named)
        => AssertRefused(SampleConfigs.Mistral01.With(field, value), named);

    [Test]
    public void LayerTypesMayNotContradictMistralsWindow()
    {
        string config = SampleConfigs.Mistral01.With("num_hidden_layers", "2");

        AssertRefused(config.With("layer_types", "[\"full_attention\",\"sliding_attention\"]"), "layer_types");
        Assert.That(
            config.With("layer_types", "[\"sliding_attention\",\"sliding_attention\"]").Parse().SlidingWindows, Is.EqualTo(new int?[] { 4096, 4096 }));
    }

    [Test]
    public void HeadsThatAreTooWideTogetherAreRefused()
        => AssertRefused(SampleConfigs.Qwen3.With("num_attention_heads", "65536"), "num_attention_heads");

    [Test]
    public void RopeInBothSpellingsAtOnceIsRefused()
        => AssertRefused(
            SampleConfigs.Llama31.With("rope_parameters", "{\"rope_type\":\"default\",\"rope_theta\":500000.0}"), "rope_scaling");

    [TestCase("partial_rotary_factor", "1.0")]
    [TestCase("num_local_experts", "0")]
    [TestCase("attn_logit_softcapping", "null")]
    [TestCase("mlp_bias", "null")]
    [TestCase("pruned_heads", "{}")]
    [TestCase("hidden_act", "\"swish\"")]
    [TestCase("is_causal", "true")]
    [TestCase("attention_dropout", "0.1")]
    [TestCase("auto_map", "{\"AutoConfig\":\"configuration_x.XConfig\"}")]
    [TestCase("something_new", "{\"a\":[1]}")]
    [TestCase("rope_scaling.partial_rotary_factor", "1.0")]
    [TestCase("rope_scaling.type", "\"llama3\"")]
    [TestCase("rope_theta", "null")]
    public void FieldThatDoesNothingIsAllowed(string field, string value)
        => Assert.That(SampleConfigs.Llama31.With(field, value).Parse().RopeScaling, Is.EqualTo(new Llama3RopeScaling(8, 1, 4, 8192)));

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{")]
    [TestCase("{}{}")]
    [TestCase("{\"model_type\":\"llama\",}")]
    [TestCase("{\"rms_norm_eps\":NaN}")]
    [TestCase("{\"model_type\":\"llama\",\"model_type\":\"llama\"}")]
    [TestCase("{\"\\ud800\":1}")]
    [TestCase("\ufeff{}")]
    public void FileThatIsNotOneObjectIsRefusedAsAWhole(string json)
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => json.Parse())!;
        Assert.That((e.Field, e.FilePath), Is.EqualTo(((string?)null, "config.json")));
    }

    [Test]
    public void BytesThatAreNotUtf8AreRefused()
        => Assert.Throws<ModelConfigException>(() => ModelConfigReader.Parse(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));

    [Test]
    public void GenerationConfigIsCheckedToo()
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => SampleConfigs.Llama2.Parse("""{"eos_token_id":32000}"""))!;
        Assert.That((e.FilePath, e.Field, e.Value), Is.EqualTo(("generation_config.json", "eos_token_id", "32000")));
    }

    [Test]
    public void LongValueIsCutShortInTheMessage()
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => SampleConfigs.Llama2.With("model_type", $"\"{new string('x', 5000)}\"").Parse())!;
        Assert.That(e.Message, Has.Length.LessThan(300));
    }

    [Test]
    public void MissingAndOversizedFilesAreTypedErrors()
    {
        using var directory = new TemporaryDirectory();
        string path = directory["config.json"];
        Assert.That(Assert.Throws<ModelConfigException>(() => ModelConfigReader.Read(path))!.FilePath, Is.EqualTo(path));

        using (FileStream stream = File.Create(path))
        {
            stream.SetLength((16 << 20) + 1);
        }

        Assert.That(Assert.Throws<ModelConfigException>(() => ModelConfigReader.Read(path))!.Message, Does.Contain("16777217 bytes"));
    }

    private static void AssertRefused(string config, string field)
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => config.Parse())!;
        Assert.That(e.Field, Is.EqualTo(field), e.Message);
        Assert.That(e.Message, Does.StartWith($"config.json: {field}"));
    }
}
