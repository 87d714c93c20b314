using System.Globalization;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Where a model's weights come from: a checkpoint, or a generator.</summary>
public abstract class WeightCatalog
{
    /// <summary>What a person calls the model.</summary>
    public abstract string Name { get; }

    public abstract ModelConfig Config { get; }

    /// <summary>Everything that decides what the weights are: files by name, size and time, a generator by its shape.</summary>
    public abstract string Identity { get; }

    /// <summary>The 16-bit type that a card had best compute in: BF16 where more bytes are stored in it than in F16.</summary>
    public abstract DType PreferredElement { get; }

    /// <summary>A <c>[rows, columns]</c> matrix.</summary>
    /// <param name="name">As a dense checkpoint calls it.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <exception cref="Loaders.ModelFormatException">Missing, or of another shape or type.</exception>
    public abstract WeightSource Matrix(string name, int rows, int columns);

    /// <summary>A <c>[length]</c> vector.</summary>
    /// <inheritdoc cref="Matrix" path="/exception"/>
    public abstract WeightSource Vector(string name, int length);

    /// <summary>The weights of a checkpoint, which must stay open as long as they are read.</summary>
    public static WeightCatalog Of(Checkpoint checkpoint) => new CheckpointWeights(checkpoint);

    /// <summary>
    /// Weights from a generator, as large and as hard to multiply with as a trained model's, for when only time and memory matter.
    /// A layer's matrices are of 4 bits where the configuration says so, all else is F16.
    /// </summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="groups">Makes the layers' matrices 4-bit, in such groups, whatever the configuration says; null: as it says.</param>
    public static WeightCatalog Generated(ModelConfig config, string name, Int4Groups? groups = null) => new GeneratedWeights(config, name, groups);

    /// <summary>The model as if it ended early: its first layers, and its own final norm and output head behind them.</summary>
    /// <param name="count">From 1 to all of them.</param>
    public WeightCatalog FirstLayers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Config.Layers);
        return count == Config.Layers ? this : new FirstWeights(this, count);
    }

    private sealed class FirstWeights(WeightCatalog whole, int count) : WeightCatalog
    {
        public override string Name => $"{whole.Name}, first {count} layers";

        public override ModelConfig Config { get; } = whole.Config with { Layers = count, SlidingWindows = [.. whole.Config.SlidingWindows.Take(count)] };

        public override string Identity => $"first {count} layers of {whole.Identity}";

        public override DType PreferredElement => whole.PreferredElement;

        public override WeightSource Matrix(string name, int rows, int columns) => whole.Matrix(name, rows, columns);

        public override WeightSource Vector(string name, int length) => whole.Vector(name, length);
    }

    private sealed class CheckpointWeights(Checkpoint checkpoint) : WeightCatalog
    {
        public override string Name => checkpoint.Directory;

        public override ModelConfig Config => checkpoint.Config;

        public override string Identity => string.Join('\n', new DirectoryInfo(checkpoint.Directory).EnumerateFiles()
            .Where(f => f.Extension is ".json" or ".safetensors")
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => f.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? (f.Name, File: target) : (f.Name, File: f))
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}: {f.File.FullName}, {f.File.Length} bytes of {f.File.LastWriteTimeUtc:O}")));

        public override DType PreferredElement
        {
            get
            {
                long Bytes(TensorType type) => checkpoint.Tensors.Names.Select(checkpoint.Tensors.Get).Where(tensor => tensor.Type == type).Sum(tensor => tensor.Bytes);
                return Bytes(TensorType.BF16) > Bytes(TensorType.F16) ? DType.BF16 : DType.F16;
            }
        }

        public override WeightSource Matrix(string name, int rows, int columns) => WeightSource.Matrix(checkpoint, name, rows, columns);

        public override WeightSource Vector(string name, int length) => WeightSource.Vector(checkpoint, name, length);
    }
}
