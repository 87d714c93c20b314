using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Cpu;

/// <summary>
/// What growing a tree costs on the host beside the draft's own work: the same trees are built once by the draft model
/// and once more from its recorded answers.
/// </summary>
internal sealed record TreeBuilderCost(Transformer Draft, Timing Timing)
{
    private static readonly (int Budget, int BatchSize)[] Trees = [(64, 16), (256, 32), (1024, 64), (4096, 128)];

    /// <summary>All sizes of tree for one draft.</summary>
    public static List<Row> MeasureAll(CpuDevice device, string directory, Timing timing)
    {
        using Checkpoint checkpoint = Checkpoint.Open(directory);
        using Transformer model = Transformer.Load(checkpoint, device, new TransformerOptions());
        var cost = new TreeBuilderCost(model, timing);
        return [.. Trees.Select(t => cost.Measure(t.Budget, t.BatchSize))];
    }

    /// <summary>Microseconds of the builder per draft step, and their share of the whole step.</summary>
    public Row Measure(int budget, int batchSize)
    {
        var options = new TreeOptions { Budget = budget, BatchSize = batchSize };
        using var model = new DraftModel(Draft, options, Draft.Config.VocabularySize);
        int[] prompt = [.. Enumerable.Range(0, 4).Select(i => i * (Draft.Config.VocabularySize - 1) / 3)];
        var history = new TokenHistory(prompt);
        model.Start(history, default);
        model.Prefill();

        var recorded = new RecordedDraft(model);
        var recording = new TreeBuilder(recorded, options);
        recording.Build(prompt[^1]);
        int steps = recording.DraftSteps;

        // A builder learns from tree to tree what to ask for: the recorded answers are those to a new one.
        Samples whole = Timing.Seconds(() => new TreeBuilder(model, options).Build(prompt[^1]));
        recorded.Replay = true;
        Samples host = Timing.Seconds(() => new TreeBuilder(recorded, options).Build(prompt[^1]));
        const double Microseconds = 1e6;
        return new Row(
            "tree builder",
            [new("K", $"{budget}"), new("B", $"{batchSize}")],
            [
                host.Times(Microseconds / steps).Figure("host", "µs/step").Against("whole step", whole.Median * Microseconds / steps),
                new("draft steps", steps, ""),
            ]);
    }

    /// <summary>Answers as another draft did before.</summary>
    private sealed class RecordedDraft(ITreeDraft draft) : ITreeDraft
    {
        private readonly List<(int[] Slots, int[] Tokens, float[] LogProbabilities)> _steps = [];
        private int _next;

        public bool Replay { get; set; }

        public int Vocabulary => draft.Vocabulary;

        public int MaxNodes => draft.MaxNodes;

        public int BeginTree()
        {
            _next = 0;
            return draft.BeginTree();
        }

        public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
        {
            if (!Replay)
            {
                draft.Expand(tree, nodes, slots, children);
                var tokens = new List<int>();
                var logProbabilities = new List<float>();
                for (int i = 0; i < nodes.Length; i++)
                {
                    tokens.AddRange(children.Tokens(i));
                    logProbabilities.AddRange(children.LogProbabilities(i));
                }

                _steps.Add((slots.ToArray(), [.. tokens], [.. logProbabilities]));
                return;
            }

            (int[] Slots, int[] Tokens, float[] LogProbabilities) step = _steps[_next++];
            step.Slots.CopyTo(slots);
            for (int i = 0; i < nodes.Length; i++)
            {
                step.Tokens.AsSpan(i * children.Width, children.Width).CopyTo(children.Tokens(i));
                step.LogProbabilities.AsSpan(i * children.Width, children.Width).CopyTo(children.LogProbabilities(i));
            }
        }
    }
}
