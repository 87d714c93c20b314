namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>What is wrong with a checkpoint's files as a whole.</summary>
public enum CheckpointError
{
    /// <summary>The directory has neither model.safetensors nor an index of shards.</summary>
    NoWeights,

    /// <summary>The index cannot be read, is not JSON, or has no usable <c>weight_map</c>.</summary>
    InvalidIndex,

    /// <summary>The index names a file that is not a plain name inside the directory.</summary>
    UnsafeShardName,

    /// <summary>The index names a file that is not there.</summary>
    MissingShard,

    /// <summary>The index names a tensor that no shard holds.</summary>
    TensorInNoShard,

    /// <summary>A tensor lies in another shard than the index says.</summary>
    TensorInWrongShard,

    /// <summary>Two shards hold a tensor of the same name.</summary>
    DuplicateTensor,

    /// <summary>The checkpoint has no tensor of that name.</summary>
    MissingTensor,

    /// <summary>A tensor's shape is not the one that config.json asks for, or (of a 4-bit matrix) says another.</summary>
    WrongShape,

    /// <summary>A tensor's element type is not F32, F16 or BF16, or (a part of a 4-bit matrix) not one that its format has.</summary>
    UnsupportedType,

    /// <summary>
    /// q, k and v of a layer, or a matrix of a layer and its like in layer 0, are stored as different types, or not all as 4-bit.
    /// </summary>
    MixedTypes,

    /// <summary>A 4-bit matrix's <c>g_idx</c> names a group that does not exist, or groups that are not of one size.</summary>
    InvalidGroupIndex,

    /// <summary>A scale of a 4-bit matrix is NaN, infinite, or too large for binary16.</summary>
    InvalidScale,

    /// <summary>A 4-bit matrix would take more than 2 GiB when read.</summary>
    MatrixTooLarge,

    /// <summary>A model that is to be quantized is quantized already.</summary>
    AlreadyQuantized,
}
