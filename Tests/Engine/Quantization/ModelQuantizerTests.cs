using NUnit.Framework;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Quantization;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Writing;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Quantization;

public sealed class ModelQuantizerTests
{
    private static readonly CheckpointSpec Packable = new()
    {
        Name = "Packable",
        ModelType = "qwen3",
        HeadDim = 16,
        Intermediate = 56,
        Layers = 3,
        SlidingWindow = 5,
        UseSlidingWindow = true,
        DType = OracleDType.F16,
        Seed = 21,
    };

    /// <summary>An MLP of 52 cannot be packed.</summary>
    private static readonly CheckpointSpec HalfPackable = new() { Name = "HalfPackable", ModelType = "llama", HeadDim = 8, QueryHeads = 5, KvHeads = 5, Tied = true, DType = OracleDType.BF16, Seed = 22 };

    private static readonly IReadOnlyList<int[]> Windows = CalibrationText.Cut([.. Enumerable.Range(0, 200).Select(i => i * i % 97)], 1, 20, 8);

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void NearestGivesEachMatrixRoundedAndAllElseAsItWas([Values] bool isWholePackable)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(isWholePackable ? Packable : HalfPackable);
        QuantizeOptions options = new() { Method = RoundingMethod.Nearest, GroupSize = 16 };
        string output = Quantize(model.Path, options);
        using Checkpoint source = Checkpoint.Open(model.Path);
        using Checkpoint written = Checkpoint.Open(output);
        int rounded = 0;
        foreach (string name in source.Tensors.Names)
        {
            CheckpointTensor dense = source.Tensors.Get(name);
            if (written.Int4(name) is { } int4)
            {
                rounded++;
                Int4Matrix expected = NearestRounding.Round(WeightRows.Of(dense), options, CancellationToken.None);
                Assert.That(Widened(int4.Read()), Is.EqualTo(Widened(expected)), name);
            }
            else
            {
                Assert.That(written.Tensors.Get(name).Read(0, (int)dense.Bytes).ToArray(), Is.EqualTo(dense.Read(0, (int)dense.Bytes).ToArray()), name);
            }
        }

        Assert.That(rounded, Is.EqualTo(isWholePackable ? 3 * 7 : 2 * 4));
        Assert.That(written.UnusedTensors, Is.Empty);
        using Transformer loads = TestModel.Load(output);
    }

    /// <summary>
    /// What calibrates later layers is what the written model computes, bit for bit: inputs in their natural order are summed in that order
    /// by weights of 4 bits as by the same ones widened.
    /// </summary>
    [Test]
    public void TextOnItsWayThroughMeetsTheModelThatIsWritten()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        string output = Quantize(model.Path, new QuantizeOptions { GroupSize = 16 });
        using Checkpoint source = Checkpoint.Open(model.Path);
        using Checkpoint written = Checkpoint.Open(output);
        using var pass = new CalibrationPass(source, new Calibration(TestModel.Device, Windows), CancellationToken.None);
        for (int layer = 0; layer < source.Config.Layers; layer++)
        {
            pass.Begin(layer);
            foreach (LinearGroup group in LinearGroup.Of(source.Config))
            {
                pass.Replace(group.Kind, [.. group.WeightNames(layer).Select(name => written.Int4(name)!.Read())]);
            }

            pass.AddAttention();
            pass.AddMlp();
        }

        using Transformer transformer = TestModel.Load(output);
        using KvCache cache = transformer.CreateCache(0);
        for (int window = 0; window < Windows.Count; window++)
        {
            Assert.That(pass.Residuals[window], Is.EqualTo(Hidden(transformer, cache, Windows[window])), $"window {window}");
        }
    }

    /// <summary>Layer 0's q, k and v see the normed embedding.</summary>
    [Test]
    public void HessianIsOfTheInputsThatTheModuleMeets()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        using Checkpoint source = Checkpoint.Open(model.Path);
        using var pass = new CalibrationPass(source, new Calibration(TestModel.Device, Windows), CancellationToken.None);
        pass.Begin(0);
        Hessian hessian = pass.InputsOf(LinearGroup.Of(source.Config)[0]);

        int width = source.Config.HiddenSize;
        float[] embedding = new float[source.Config.VocabularySize * width];
        float[] norm = new float[width];
        source.Tensors.Get(TensorNames.Embedding).Widen(embedding);
        source.Tensors.Get(TensorNames.InputNorm(0)).Widen(norm);
        double[,] expected = new double[width, width];
        foreach (int token in Windows.SelectMany(w => w))
        {
            double[] x = [.. embedding.AsSpan(token * width, width).ToArray().Select(v => (double)v)];
            double scale = 1 / Math.Sqrt(x.Average(v => v * v) + source.Config.RmsNormEpsilon);
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    expected[i, j] += x[i] * norm[i] * x[j] * norm[j] * scale * scale;
                }
            }
        }

        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                Assert.That(hessian[i, j], Is.EqualTo(expected[i, j]).Within(1e-4 * expected[i, i]).Or.EqualTo(expected[i, j]).Within(1e-3));
            }
        }
    }

    [Test]
    public void EveryVariantWithOrderLoadsAndStaysNearItsModel([Values] bool actOrder, [Values] bool symmetric)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        string output = Quantize(model.Path, new QuantizeOptions { GroupSize = 8, HasActOrder = actOrder, IsSymmetric = symmetric });
        using Transformer dense = TestModel.Load(model.Path);
        using Transformer int4 = TestModel.Load(output);
        using KvCache denseCache = dense.CreateCache(0);
        using KvCache int4Cache = int4.CreateCache(0);
        float[] expected = Hidden(dense, denseCache, Windows[0]);
        float[] actual = Hidden(int4, int4Cache, Windows[0]);
        double error = Math.Sqrt(expected.Zip(actual, (a, b) => (a - b) * (double)(a - b)).Sum() / expected.Sum(a => a * (double)a));
        Assert.That(error, Is.InRange(1e-4, 0.3), "4 bits are seen, and a permuted matrix would be far off (1.4)");
    }

    [TestCase(RoundingMethod.Nearest, false)]
    [TestCase(RoundingMethod.Gptq, false)]
    [TestCase(RoundingMethod.Gptq, true)]
    public void InterruptedRunGoesOnAndEndsInTheSameBytes(RoundingMethod method, bool actOrder)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        QuantizeOptions options = new() { Method = method, GroupSize = 16, HasActOrder = actOrder };
        string whole = Quantize(model.Path, options, "whole");
        using var cancellation = new CancellationTokenSource();
        var progress = new Callback(p =>
        {
            if (p is { Layer: 1, Done: 6 })
            {
                cancellation.Cancel();
            }
        });
        Assert.That(() => Quantize(model.Path, options, "stopped", progress, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Checkpoint.Open(_directory["stopped"]), Throws.InstanceOf<SpecExecNative.Loaders.ModelFormatException>(), "half a model is none");
        Assert.That(Directory.GetFiles(_directory["stopped"], "*.safetensors"), Has.Length.EqualTo(1), "layer 0 stays");

        Quantize(model.Path, options, "stopped");
        Assert.That(Contents("stopped"), Is.EqualTo(Contents("whole")));
        Assert.That(whole, Is.EqualTo(_directory["whole"]));
    }

    [Test]
    public void UnfinishedRunOfOtherSettingsIsNotMixed()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        using (Checkpoint source = Checkpoint.Open(model.Path))
        {
            QuantizedModelWriter.Open(source, _directory["out"], Recipe(16)).Dispose();
            Assert.That(() => QuantizedModelWriter.Open(source, _directory["out"], Recipe(32)), Throws.TypeOf<OutputDirectoryException>().With.Message.Contains("\"group_size\": 16").And.Message.Contains("\"group_size\": 32"));
            using QuantizedModelWriter again = QuantizedModelWriter.Open(source, _directory["out"], Recipe(16));
            Assert.That(() => QuantizedModelWriter.Open(source, _directory["out"], Recipe(16)), Throws.TypeOf<OutputDirectoryException>().With.Message.Contains("another process"));
        }
    }

    [Test]
    public void DirectoryWithSomethingElseIsLeftAlone()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        using Checkpoint source = Checkpoint.Open(model.Path);
        File.WriteAllText(_directory["letter.txt"], "dear");
        Assert.That(() => QuantizedModelWriter.Open(source, _directory.Path, Recipe(16)), Throws.TypeOf<OutputDirectoryException>().With.Message.Contains("not empty"));
        Assert.That(() => QuantizedModelWriter.Open(source, _directory["letter.txt"], Recipe(16)), Throws.TypeOf<OutputDirectoryException>().With.Message.Contains("is a file"));
        Assert.That(() => QuantizedModelWriter.Open(source, model.Path, Recipe(16)), Throws.TypeOf<OutputDirectoryException>(), "the source itself");
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void QuantizedModelIsNotQuantizedAgain()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable);
        string output = Quantize(model.Path, new QuantizeOptions { Method = RoundingMethod.Nearest, GroupSize = 16 });
        using Checkpoint source = Checkpoint.Open(output);
        Assert.That(
            () => QuantizedModelWriter.Open(source, _directory["again"], Recipe(16)),
            Throws.TypeOf<CheckpointException>().With.Property("Error").EqualTo(CheckpointError.AlreadyQuantized));
    }

    [Test]
    public void ModelWithoutAMatrixThatCanBePackedIsRefused()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable with { Hidden = 44, Intermediate = 52 });
        using Checkpoint source = Checkpoint.Open(model.Path);
        Assert.That(() => QuantizedModelWriter.Open(source, _directory["out"], Recipe(16)), Throws.TypeOf<CheckpointException>().With.Message.Contains("multiples of 8"));
        Assert.That(Directory.Exists(_directory["out"]), Is.False);
    }

    [Test]
    public void ModelThatComputesNoNumbersIsNamedWithItsLayer()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Packable with { DType = OracleDType.F32 });
        byte[] file = File.ReadAllBytes(Path.Combine(model.Path, "model.safetensors"));
        using (Checkpoint source = Checkpoint.Open(model.Path))
        {
            byte[] norm = source.Tensors.Get(TensorNames.PostAttentionNorm(1)).Read(0, 160).ToArray();
            BitConverter.GetBytes(float.NaN).CopyTo(file, file.AsSpan().IndexOf(norm));
        }

        File.WriteAllBytes(Path.Combine(model.Path, "model.safetensors"), file);
        Assert.That(
            () => Quantize(model.Path, new QuantizeOptions { GroupSize = 16 }),
            Throws.TypeOf<CalibrationException>().With.Message.Contains("layer 1's mlp.gate_proj").And.Message.Contains(model.Path));
    }

    [Test]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        Assert.That(() => new QuantizeOptions { GroupSize = 4 }.Validate(), Throws.TypeOf<OptionException>());
        Assert.That(() => new QuantizeOptions { GroupSize = 0 }.Validate(), Throws.TypeOf<OptionException>());
        Assert.That(() => new QuantizeOptions { Damping = 0 }.Validate(), Throws.TypeOf<OptionException>());
        Assert.That(() => new QuantizeOptions { Damping = double.NaN }.Validate(), Throws.TypeOf<OptionException>());
        Assert.That(() => new QuantizeOptions { Method = RoundingMethod.Nearest, HasActOrder = true }.Validate(), Throws.TypeOf<OptionException>());
    }

    private static GptqRecipe Recipe(int groupSize) => new() { GroupSize = groupSize, IsSymmetric = false, HasActOrder = false };

    private static float[] Hidden(Transformer transformer, KvCache cache, int[] tokens)
    {
        TokenBatch batch = new();
        batch.AddChain(0, tokens);
        DeviceTensor hidden = transformer.Forward(batch, cache);
        using PinnedBuffer host = transformer.Device.AllocatePinned(hidden.Bytes, "test");
        transformer.Queue.CopyToHost(hidden.Buffer, hidden.ByteOffset, host, 0, hidden.Bytes);
        transformer.Queue.Synchronize();
        return host.As<float>(hidden.Rows * hidden.Columns).ToArray();
    }

    private static float[] Widened(Int4Matrix matrix)
    {
        float[] weights = new float[matrix.Rows * matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
        {
            matrix.Dequantize(row, weights.AsSpan(row * matrix.Columns, matrix.Columns));
        }

        return weights;
    }

    private string Quantize(string model, QuantizeOptions options, string name = "out", IProgress<QuantizeProgress>? progress = null, CancellationToken cancellation = default)
    {
        using Checkpoint source = Checkpoint.Open(model);
        var recipe = new GptqRecipe { GroupSize = options.GroupSize, IsSymmetric = options.IsSymmetric, HasActOrder = options.HasActOrder };
        using QuantizedModelWriter writer = QuantizedModelWriter.Open(source, _directory[name], recipe);
        new ModelQuantizer(source, options, options.Method == RoundingMethod.Gptq ? new Calibration(TestModel.Device, Windows) : null).Run(writer, progress, cancellation);
        return _directory[name];
    }

    private Dictionary<string, byte[]> Contents(string name)
        => Directory.GetFiles(_directory[name]).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);

    private sealed class Callback(Action<QuantizeProgress> report) : IProgress<QuantizeProgress>
    {
        public void Report(QuantizeProgress value) => report(value);
    }
}
