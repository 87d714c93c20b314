using System.CommandLine;
using System.Globalization;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Pipeline;

namespace SpecExecNative.TrainPair;

/// <summary>The parts of the recipe that the command line can change. Left alone, they are those of the shipped pair.</summary>
internal sealed class RecipeOptions
{
    private static readonly Recipe Shipped = new();

    private readonly Option<Precision> _precision =
        Make("--precision", "Dtype of the matrix products while training", Shipped.Precision);

    private readonly Option<int> _targetSteps =
        MakeCount("--target-steps", "Training steps of the target", Shipped.TargetTraining.Steps);

    private readonly Option<int> _draftSteps =
        MakeCount("--draft-steps", "Training steps of the draft", Shipped.DraftTraining.Steps);

    private readonly Option<double> _draftLearningRate =
        Make("--draft-learning-rate", "Peak learning rate of the draft", Shipped.DraftTraining.LearningRate);

    private readonly Option<DraftTeaching> _draftTeaching =
        Make("--draft-teaching", "What the draft learns from", Shipped.DraftTeaching);

    private readonly Option<int> _teacherWindows =
        MakeCount("--teacher-windows", "At most so many windows of the corpus are taught on", Shipped.Teacher.MaxCorpusWindows);

    private readonly Option<int> _sampledWindows =
        MakeCount("--sampled-windows", "Windows that the target writes and teaches on", Shipped.Teacher.SampledWindows);

    private readonly Option<int> _prompts =
        MakeCount("--prompts", "Held-out prompts of the evaluation", Shipped.Evaluation.Prompts);

    private readonly Option<string> _budgets =
        Make("--budgets", "Tree budgets of the evaluation", Shipped.Evaluation.Budgets);

    public RecipeOptions()
    {
        _budgets.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>() ?? "";
            if (!text.Split(',').All(budget => int.TryParse(budget, CultureInfo.InvariantCulture, out int nodes) && nodes > 0))
            {
                result.AddError($"--budgets takes positive numbers parted by commas, not '{text}'");
            }
        });
    }

    public IEnumerable<Option> All =>
    [
        _precision, _targetSteps, _draftSteps, _draftLearningRate, _draftTeaching, _teacherWindows, _sampledWindows, _prompts, _budgets,
    ];

    public static Option<T> Make<T>(string name, string description, T value)
    {
        return new Option<T>(name) { Description = description, DefaultValueFactory = _ => value };
    }

    /// <summary>An option for how many there are of something: at least one.</summary>
    public static Option<int> MakeCount(string name, string description, int value)
    {
        Option<int> option = Make(name, description, value);
        option.Validators.Add(result =>
        {
            // What is no number at all is the parser's to refuse.
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count < 1)
            {
                result.AddError($"{name} takes a number from 1 on, not {count}");
            }
        });
        return option;
    }

    public Recipe Read(ParseResult arguments)
    {
        return new Recipe
        {
            Precision = arguments.GetValue(_precision),
            TargetTraining = Shipped.TargetTraining with { Steps = arguments.GetValue(_targetSteps) },
            DraftTraining = Shipped.DraftTraining with
            {
                Steps = arguments.GetValue(_draftSteps),
                LearningRate = arguments.GetValue(_draftLearningRate),
            },
            DraftTeaching = arguments.GetValue(_draftTeaching),
            Teacher = Shipped.Teacher with
            {
                MaxCorpusWindows = arguments.GetValue(_teacherWindows),
                SampledWindows = arguments.GetValue(_sampledWindows),
            },
            Evaluation = Shipped.Evaluation with
            {
                Prompts = arguments.GetValue(_prompts),
                Budgets = arguments.GetValue(_budgets)!,
            },
        };
    }
}
