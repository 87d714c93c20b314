using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>
/// One transformer layer of awkward sizes with every op in it, over a filled cache. A row's tokens, residuals and keys
/// are a function of its id alone, so the same id may be computed in any company.
/// </summary>
internal sealed class MiniTransformer
{
    private const int Hidden = 52, Intermediate = 172, Vocabulary = 77, PaddedVocabulary = 90, Prefix = 37, Slots = 600, TopTokens = 5;
    private static readonly AttentionShape Shape = new(6, 3, 10, 30);

    private readonly Workbench _bench;
    private readonly WeightMatrix _table;
    private readonly WeightMatrix _qkv;
    private readonly WeightMatrix _attentionOut;
    private readonly WeightMatrix _gate;
    private readonly WeightMatrix _up;
    private readonly WeightMatrix _down;
    private readonly DeviceTensor _norm;
    private readonly DeviceTensor _bias;
    private readonly DeviceTensor _rope;
    private readonly QueryKeyNorm _headNorm;
    private readonly KvCacheLayer _cache;

    public MiniTransformer(Workbench bench)
    {
        Random random = new(11);
        _bench = bench;
        _table = bench.Weight(StoredMatrix.Random(random, PaddedVocabulary, Hidden, DType.F16));
        _qkv = bench.Weight(StoredMatrix.Random(random, Shape.QkvColumns, Hidden, DType.F32));
        _attentionOut = bench.Weight(StoredMatrix.Random(random, Hidden, Shape.QueryColumns, DType.BF16));
        _gate = bench.Weight(StoredMatrix.Random(random, Intermediate, Hidden, DType.F16));
        _up = bench.Weight(StoredMatrix.Random(random, Intermediate, Hidden, DType.F16));
        _down = bench.Weight(StoredMatrix.Random(random, Hidden, Intermediate, DType.F32));
        _norm = bench.Floats(Reference.Random(random, Hidden), 1);
        _bias = bench.Floats(Reference.Random(random, Shape.QkvColumns), 1);
        _rope = bench.Floats(Reference.Random(random, (Prefix + 1) * Shape.HeadDim), Prefix + 1);
        _headNorm = new(bench.Floats(Reference.Random(random, Shape.HeadDim), 1), bench.Floats(Reference.Random(random, Shape.HeadDim), 1), 1e-5f);
        DeviceTensor memory = bench.Floats(Reference.Random(random, 2 * Shape.KvHeads * Slots * Shape.HeadDim), 2 * Shape.KvHeads * Slots);
        _cache = new(memory.Buffer, memory.ByteOffset, DType.F32, Shape.KvHeads, Slots, Shape.HeadDim);
    }

    /// <summary>Everything that is computed for each row, in the order of <paramref name="ids"/>, as bit patterns.</summary>
    public int[][] Run(params int[] ids) => Prepare(ids).RunAndRead();

    /// <summary>Puts a batch on the device.</summary>
    public Batch Prepare(int[] ids) => new(this, ids);

    /// <summary>A batch whose outputs are in place, so that running it allocates nothing.</summary>
    internal sealed class Batch
    {
        private readonly MiniTransformer _model;
        private readonly TokenRows _rows;
        private readonly DeviceTensor _hidden;
        private readonly DeviceTensor _normed;
        private readonly DeviceTensor _qkv;
        private readonly DeviceTensor _queries;
        private readonly DeviceTensor _attention;
        private readonly DeviceTensor _inner;
        private readonly DeviceTensor _logits;
        private readonly DeviceTensor _ids;
        private readonly DeviceTensor _logProbabilities;
        private readonly DeviceTensor _all;
        private readonly DeviceTensor _gathered;

        public Batch(MiniTransformer model, int[] ids)
        {
            Workbench bench = model._bench;
            int m = ids.Length;
            _model = model;
            _rows = new(
                bench.Ints([.. ids.Select(id => id % Vocabulary)]),
                bench.Ints([.. ids.Select(_ => Prefix)]),
                bench.Ints([.. Enumerable.Range(0, m).Select(i => Slots - 1 - i)]),
                bench.Ints([.. ids.Select(_ => Prefix)]),
                bench.Ints([.. Enumerable.Range(0, m + 1)]),
                bench.Ints([.. Enumerable.Range(0, m).Select(i => Slots - 1 - i)]));
            _hidden = bench.Poisoned(DType.F32, m, Hidden);
            _normed = bench.Poisoned(DType.F32, m, Hidden);
            _qkv = bench.Poisoned(DType.F32, m, Shape.QkvColumns);
            _queries = bench.Poisoned(DType.F32, m, Shape.QueryColumns);
            _attention = bench.Poisoned(DType.F32, m, Shape.QueryColumns);
            _inner = bench.Poisoned(DType.F32, m, Intermediate);
            _logits = bench.Poisoned(DType.F32, m, PaddedVocabulary);
            _ids = bench.Poisoned(DType.I32, m, TopTokens);
            _logProbabilities = bench.Poisoned(DType.F32, m, TopTokens);
            _all = bench.Ints([.. Enumerable.Range(0, m)]);
            _gathered = bench.Poisoned(DType.F32, m, Hidden);
        }

        public void Run()
        {
            ComputeQueue queue = _model._bench.Queue;
            queue.Embed(_model._table, _rows.Tokens, _hidden);
            queue.RmsNorm(_hidden, _model._norm, 1e-5f, _normed);
            queue.Linear(_normed, _model._qkv, _model._bias, _qkv, LinearOutput.Store);
            queue.RotateAndStore(_qkv, Shape, _model._headNorm, _model._rope, _rows, _model._cache, _queries);
            queue.TreeAttention(_queries, Shape, _rows, _model._cache, _attention);
            queue.Linear(_attention, _model._attentionOut, null, _hidden, LinearOutput.Accumulate);
            queue.RmsNorm(_hidden, _model._norm, 1e-5f, _normed);
            queue.SwiGlu(_normed, _model._gate, _model._up, _inner);
            queue.Linear(_inner, _model._down, null, _hidden, LinearOutput.Accumulate);
            queue.GatherRows(_hidden, _all, _gathered);
            queue.Linear(_gathered, _model._table, null, _logits, LinearOutput.Store);
            queue.TopK(_logits, Vocabulary, 0.7f, _ids, _logProbabilities);
            queue.MoveSlots(_model._cache, _all, 0);
        }

        public int[][] RunAndRead()
        {
            Run();
            DeviceTensor[] outputs = [_qkv, _queries, _attention, _normed, _inner, _hidden, _logits, _ids, _logProbabilities];
            int[][] bits = [.. outputs.Select(_model._bench.ReadInts)];
            return
            [
                .. Enumerable.Range(0, _hidden.Rows).Select(row => outputs.SelectMany(
                    (o, i) => bits[i].AsSpan(row * o.Columns, o.Columns).ToArray()).ToArray()),
            ];
        }
    }
}
