namespace SpecExecNative.Engine.Sampling;

/// <summary>
/// The tokens that may still be chosen, with unnormalised probabilities: the most probable token has weight 1.
/// Arithmetic is double precision. Memory is kept from draw to draw.
/// </summary>
internal sealed class Candidates(int vocabulary)
{
    private readonly int[] _ids = new int[vocabulary];
    private readonly double[] _weights = new double[vocabulary];
    private readonly PriorityQueue<int, (float Logit, int MinusId)> _topK = new();
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>Takes the tokens that the filters of <paramref name="options"/> leave, at its temperature.</summary>
    /// <param name="logits">One row.</param>
    /// <param name="max">Its largest value.</param>
    /// <param name="options">With a temperature above 0.</param>
    public void Fill(ReadOnlySpan<float> logits, float max, SamplingOptions options)
    {
        Fill(logits, max, options.Temperature, options.TopK);
        if (options.TopP < 1)
        {
            KeepTopP(options.TopP);
        }

        if (options.MinP > 0)
        {
            KeepMinP(options.MinP);
        }
    }

    /// <summary>Takes all tokens, or the <paramref name="topK"/> most probable ones, lower ids first among equals.</summary>
    /// <param name="logits">One row.</param>
    /// <param name="max">Its largest value.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="topK">0: all.</param>
    public void Fill(ReadOnlySpan<float> logits, float max, double temperature, int topK)
    {
        _count = 0;
        if (topK > 0 && topK < logits.Length)
        {
            foreach (int id in SelectTopK(logits, topK))
            {
                Add(id, logits[id], max, temperature);
            }
        }
        else
        {
            for (int id = 0; id < logits.Length; id++)
            {
                Add(id, logits[id], max, temperature);
            }
        }
    }

    /// <summary>Keeps the smallest set of most probable tokens whose share of the weight reaches <paramref name="mass"/>.</summary>
    public void KeepTopP(double mass)
    {
        // Tokens below this weight hold less than 1 - mass together, so the set is complete before it reaches them:
        // the sort sees dozens of tokens, not the vocabulary.
        double total = Total();
        double negligible = (1 - mass) * total / Math.Max(1, _count);
        Keep(negligible);
        SortDescending();
        double kept = 0;
        int count = 0;
        while (count < _count && kept < mass * total)
        {
            kept += _weights[count++];
        }

        _count = Math.Max(count, 1);
    }

    /// <summary>Keeps tokens at least <paramref name="share"/> times as probable as the most probable one.</summary>
    public void KeepMinP(double share) => Keep(share);

    /// <summary>The token at quantile <paramref name="uniform"/> of the distribution.</summary>
    public int Draw(double uniform)
    {
        double left = uniform * Total();
        for (int i = 0; i < _count - 1; i++)
        {
            left -= _weights[i];
            if (left < 0)
            {
                return _ids[i];
            }
        }

        return _ids[_count - 1];
    }

    /// <summary>Adds each candidate's probability at its id.</summary>
    public void CopyProbabilities(Span<double> probabilities)
    {
        double total = Total();
        for (int i = 0; i < _count; i++)
        {
            probabilities[_ids[i]] = _weights[i] / total;
        }
    }

    /// <summary>Copies the candidates, <see cref="Count"/> ids and their probabilities.</summary>
    public void CopyTo(Span<int> ids, Span<double> probabilities)
    {
        _ids.AsSpan(0, _count).CopyTo(ids);
        double total = Total();
        for (int i = 0; i < _count; i++)
        {
            probabilities[i] = _weights[i] / total;
        }
    }

    private void Add(int id, float logit, float max, double temperature)
    {
        double weight = Math.Exp(((double)logit - max) / temperature);
        if (weight > 0)
        {
            _ids[_count] = id;
            _weights[_count++] = weight;
        }
    }

    private double Total()
    {
        double total = 0;
        for (int i = 0; i < _count; i++)
        {
            total += _weights[i];
        }

        return total;
    }

    private void Keep(double atLeast)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_weights[i] >= atLeast)
            {
                (_ids[kept], _weights[kept]) = (_ids[i], _weights[i]);
                kept++;
            }
        }

        _count = kept;
    }

    private void SortDescending()
    {
        Span<double> weights = _weights.AsSpan(0, _count);
        Span<int> ids = _ids.AsSpan(0, _count);
        weights.Sort(ids, static (a, b) => b.CompareTo(a));

        // The sort is not stable: bring runs of equal weight back into the order of their ids.
        for (int first = 0, end; first < _count; first = end)
        {
            for (end = first + 1; end < _count && weights[end] == weights[first]; end++)
            {
            }

            ids[first..end].Sort();
        }
    }

    private IEnumerable<int> SelectTopK(ReadOnlySpan<float> logits, int k)
    {
        _topK.Clear();
        for (int id = 0; id < logits.Length; id++)
        {
            // The worst of the k best is on top; among equal logits the higher id is worse.
            if (_topK.Count < k)
            {
                _topK.Enqueue(id, (logits[id], -id));
            }
            else if (_topK.TryPeek(out _, out (float Logit, int MinusId) worst) && logits[id] > worst.Logit)
            {
                _topK.EnqueueDequeue(id, (logits[id], -id));
            }
        }

        return _topK.UnorderedItems.Select(item => item.Element).Order();
    }
}
