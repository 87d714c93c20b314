namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>
/// Byte-pair merging of one piece: as long as two neighbours may merge, merge the pair of lowest rank, on ties the leftmost.
/// A heap holds the candidates, so n symbols cost O(n log n). Holds scratch memory; use from one thread at a time.
/// </summary>
/// <param name="merges">Which neighbours may merge.</param>
internal sealed class SymbolMerger(MergeTable merges)
{
    private readonly PriorityQueue<Candidate, long> _candidates = new();
    private Symbol[] _symbols = new Symbol[64];
    private int _count;

    /// <summary>How many candidates left the heap since this was made: the measure of the work done.</summary>
    public long CandidatesExamined { get; private set; }

    /// <summary>Forgets the last piece.</summary>
    public void Clear() => _count = 0;

    /// <summary>Appends a symbol that covers [start, end) of the piece.</summary>
    public void Append(int id, int start, int end)
    {
        if (_count == _symbols.Length)
        {
            Array.Resize(ref _symbols, 2 * _count);
        }

        _symbols[_count] = new() { Id = id, Start = start, End = end, Previous = _count - 1, Next = -1 };
        if (_count > 0)
        {
            _symbols[_count - 1].Next = _count;
        }

        _count++;
    }

    /// <summary>Merges what was appended and hands over what is left, in order.</summary>
    public void Merge(string piece, List<Symbol> result)
    {
        for (int i = 0; i + 1 < _count; i++)
        {
            Propose(piece, i);
        }

        while (_candidates.TryDequeue(out Candidate candidate, out _))
        {
            CandidatesExamined++;
            if (IsCurrent(candidate))
            {
                Apply(piece, candidate);
            }
        }

        for (int i = _count == 0 ? -1 : 0; i >= 0; i = _symbols[i].Next)
        {
            result.Add(_symbols[i]);
        }
    }

    private void Propose(string piece, int left)
    {
        int right = _symbols[left].Next;
        if (right >= 0 && merges.TryGet(piece, in _symbols[left], in _symbols[right], out int rank, out int id))
        {
            _candidates.Enqueue(new(left, _symbols[left].End, _symbols[right].End, id), ((long)rank << 32) | (uint)left);
        }
    }

    /// <summary>
    /// Whether both symbols still are what they were. Ends tell: a symbol only ever grows to the right,
    /// and one that was swallowed has none to grow.
    /// </summary>
    private bool IsCurrent(Candidate candidate)
    {
        ref Symbol left = ref _symbols[candidate.Left];
        return left.End > left.Start && left.End == candidate.LeftEnd
            && left.Next >= 0 && _symbols[left.Next].End == candidate.RightEnd;
    }

    private void Apply(string piece, Candidate candidate)
    {
        ref Symbol left = ref _symbols[candidate.Left];
        ref Symbol right = ref _symbols[left.Next];
        left.Id = candidate.Id;
        left.End = right.End;
        left.Next = right.Next;
        right.End = right.Start;
        if (left.Next >= 0)
        {
            _symbols[left.Next].Previous = candidate.Left;
        }

        if (left.Previous >= 0)
        {
            Propose(piece, left.Previous);
        }

        Propose(piece, candidate.Left);
    }

    private readonly record struct Candidate(int Left, int LeftEnd, int RightEnd, int Id);
}
