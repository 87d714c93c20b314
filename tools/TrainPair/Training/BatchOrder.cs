namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// Deals an objective's windows in shuffled passes. Its state is two numbers: the generator's state when the present
/// pass began, and how many of its windows have been dealt.
/// </summary>
internal sealed class BatchOrder
{
    private readonly Objective _objective;
    private readonly SplitMix64 _random;
    private List<WindowKey> _pass = [];

    public BatchOrder(Objective objective, ulong seed)
    {
        _objective = objective;
        _random = new SplitMix64(seed);
        PassSeed = seed;
    }

    /// <summary>The generator's state when the present pass began.</summary>
    public ulong PassSeed { get; private set; }

    /// <summary>Windows of the present pass that have been dealt.</summary>
    public int Dealt { get; private set; }

    /// <summary>Continues where another instance, with the same objective, stood.</summary>
    public void Restore(ulong passSeed, int dealt)
    {
        _random.State = passSeed;
        BeginPass();
        Dealt = dealt;
    }

    public WindowKey[] Next(int batchSize)
    {
        WindowKey[] batch = new WindowKey[batchSize];
        for (int i = 0; i < batchSize; i++)
        {
            if (Dealt == _pass.Count)
            {
                BeginPass();
            }

            batch[i] = _pass[Dealt++];
        }

        return batch;
    }

    private void BeginPass()
    {
        PassSeed = _random.State;
        _pass = _objective.Pass(_random);
        _random.Shuffle(_pass);
        Dealt = 0;
    }
}
