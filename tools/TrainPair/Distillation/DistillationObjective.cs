using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Distillation;

/// <summary>
/// Cross-entropy of the draft against the teacher's probabilities (Hinton et al. 2015, temperature 1), over corpus
/// windows and windows that the teacher wrote; the text's own next token plays no part.
/// </summary>
internal sealed class DistillationObjective(IReadOnlyList<TeacherSet> sets) : Objective
{
    public override List<WindowKey> Pass(SplitMix64 random)
    {
        return [.. sets.SelectMany((set, number) => Enumerable.Range(0, set.Windows).Select(index => new WindowKey(number, index)))];
    }

    public override Tensor Loss(Llama model, IReadOnlyList<WindowKey> batch)
    {
        List<int[]> windows = [.. batch.Select(key => sets[key.Set].Window(key.Index))];
        int positions = batch.Count * sets[0].Context;
        List<long> ids = new(positions * sets[0].TopCount);
        List<float> probabilities = new(positions * sets[0].TopCount);
        foreach (WindowKey key in batch)
        {
            foreach (ushort id in sets[key.Set].TopIds(key.Index))
            {
                ids.Add(id);
            }

            foreach (Half probability in sets[key.Set].TopProbabilities(key.Index))
            {
                probabilities.Add((float)probability);
            }
        }

        Tensor teacherIds = tensor(ids.ToArray()).reshape(positions, -1);
        Tensor teacherProbabilities = tensor(probabilities.ToArray()).reshape(positions, -1);
        Tensor logProbabilities = model.Forward(TokenWindow.Inputs(windows))
            .reshape(-1, model.Shape.VocabularySize)
            .log_softmax(-1);
        return -(logProbabilities.gather(1, teacherIds) * teacherProbabilities).sum() / positions;
    }
}
