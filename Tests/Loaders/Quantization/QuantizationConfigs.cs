namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary><c>quantization_config</c> as the formats' makers write it.</summary>
public static class QuantizationConfigs
{
    public const string Gptq = """
        {"quant_method":"gptq","bits":4,"group_size":128,"damp_percent":0.01,"desc_act":false,"static_groups":false,"sym":true,"true_sequential":true,
        "model_name_or_path":null,"model_file_base_name":"model"}
        """;

    public const string GptqModel = """
        {"quant_method":"gptq","bits":4,"group_size":128,"checkpoint_format":"gptq","desc_act":false,"lm_head":false,"pack_dtype":"int32","sym":true,
        "dynamic":{"-:.*layers\\.0\\..*":{},"+:.*layers\\.1\\..*":{"bits":4,"group_size":128}},
        "meta":{"damp_percent":0.1,"quantizer":["gptqmodel:1.8.0"]},"modules_in_block_to_quantize":null}
        """;

    public const string Awq = """
        {"quant_method":"awq","bits":4,"group_size":128,"zero_point":true,"version":"gemm","backend":"autoawq","do_fuse":false,"modules_to_not_convert":null}
        """;

    public const string Compressed = """
        {"quant_method":"compressed-tensors","format":"pack-quantized","quantization_status":"compressed","global_compression_ratio":null,
        "config_groups":{"group_0":{"targets":["Linear"],"input_activations":null,"output_activations":null,"weights":{"num_bits":4,"type":"int",
        "symmetric":true,"strategy":"group","group_size":128,"actorder":null,"block_structure":null,"dynamic":false,"observer":"minmax","observer_kwargs":{}}}},
        "ignore":["lm_head","re:.*layers\\.0\\.mlp.*"],"kv_cache_scheme":null,"sparsity_config":{},"transform_config":{},"version":"0.9.0"}
        """;
}
