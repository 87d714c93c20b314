using SpecExecNative.TrainPair.Corpus;
using SpecExecNative.TrainPair.Distillation;
using SpecExecNative.TrainPair.Evaluation;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Tokenizer;
using SpecExecNative.TrainPair.Training;

namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>The stages from the Debian package to a pair that is trained, measured and has a golden file.</summary>
internal sealed class PairStages(Recipe recipe, Workspace workspace, int checkpointEvery)
{
    public const string Corpus = "corpus";
    public const string Tokenizer = "tokenizer";
    public const string Target = "target";
    public const string Teacher = "teacher";
    public const string Draft = "draft";
    public const string Evaluation = "evaluate";
    public const string Golden = "golden";

    /// <summary>All stages. Where the pair is given, those that train are left out.</summary>
    public IReadOnlyList<Stage> All()
    {
        string common = $"Context = {recipe.Context}, {recipe.Precision}";
        Stage corpus = new(Corpus, After: null, "King James Version, chapters", _ => MakeCorpus());
        Stage tokenizer = new(Tokenizer, corpus, $"byte-level BPE of {recipe.VocabularySize}", _ => MakeTokenizer());
        Stage target = new(Target, tokenizer, $"{recipe.TargetShape} {recipe.TargetTraining} {common}", TrainTarget);
        Stage teacher = new(Teacher, target, $"{recipe.Teacher}", AskTeacher);
        Stage draftBasis = recipe.DraftTeaching == DraftTeaching.Distillation ? teacher : target;
        Stage draft = new(Draft, draftBasis, $"{recipe.DraftShape} {recipe.DraftTraining} {recipe.DraftTeaching} {common}", TrainDraft);
        return workspace.HasGivenPair
            ? [corpus, tokenizer, .. Measurements(corpus, $"{workspace.Pair} ")]
            : [corpus, tokenizer, target, teacher, draft, .. Measurements(draft, "")];
    }

    /// <summary>The settings of the trained stages name what their checkpoints belong to.</summary>
    private string SettingsOf(string name)
    {
        return All().Single(stage => stage.Name == name).Settings;
    }

    private Stage[] Measurements(Stage basis, string pair)
    {
        return
        [
            new(Evaluation, basis, $"{pair}{recipe.Evaluation}", Evaluate),
            new(Golden, basis, $"{pair}{GoldenFile.Description}", _ => WriteGolden()),
        ];
    }

    private void MakeCorpus()
    {
        Chapters chapters = Chapters.FromVerses(BibleProgram.PrintAllVerses());
        Chapters.Write(workspace.TrainingText, chapters.Training);
        Chapters.Write(workspace.HeldOutText, chapters.HeldOut);
        Chapters.WriteMarked(workspace.MarkedHeldOut, chapters.HeldOut);
        Chapters.WriteMarked(workspace.Calibration, chapters.Calibration);
        Console.Error.WriteLine($"{chapters.Training.Count} chapters to train on, {chapters.HeldOut.Count} held out");
    }

    private void MakeTokenizer()
    {
        IReadOnlyList<string> training = Chapters.Read(workspace.TrainingText);
        BpeVocabulary vocabulary = BpeTrainer.Train(training, recipe.VocabularySize);
        BpeTokenizer tokenizer = new(vocabulary);
        int[] trainingTokens = TokenStream.Encode(tokenizer, training);
        int[] heldOutTokens = TokenStream.Encode(tokenizer, Chapters.Read(workspace.HeldOutText));
        TokenStream.Write(workspace.TrainingTokens, trainingTokens);
        TokenStream.Write(workspace.HeldOutTokens, heldOutTokens);
        TokenizerFiles.Write(workspace.Tokenizer, vocabulary, recipe.Context);
        Console.Error.WriteLine(
            $"{vocabulary.Tokens.Count} tokens; the corpus is {trainingTokens.Length} of them, {heldOutTokens.Length} held out");
    }

    private void TrainTarget(CancellationToken cancellation)
    {
        NextTokenObjective objective = new(TokenStream.Read(workspace.TrainingTokens), recipe.Context);
        Trainer trainer = new(recipe.TargetTraining, recipe.TargetShape, recipe.Precision, objective, HeldOut());
        TrainInto(workspace.Target, Target, trainer, cancellation);
    }

    private void AskTeacher(CancellationToken cancellation)
    {
        int[] stream = TokenStream.Read(workspace.TrainingTokens);
        Teacher teacher = new(Llama.Load(workspace.Target, recipe.Precision), recipe.Teacher, recipe.Context);
        teacher.Annotate(teacher.CorpusWindows(stream), cancellation).Write(workspace.TeacherCorpus);
        teacher.Annotate(teacher.SampledWindows(stream, cancellation), cancellation).Write(workspace.TeacherSampled);
    }

    private void TrainDraft(CancellationToken cancellation)
    {
        Objective objective = recipe.DraftTeaching == DraftTeaching.Distillation
            ? new DistillationObjective([TeacherSet.Read(workspace.TeacherCorpus), TeacherSet.Read(workspace.TeacherSampled)])
            : new NextTokenObjective(TokenStream.Read(workspace.TrainingTokens), recipe.Context);
        Trainer trainer = new(recipe.DraftTraining, recipe.DraftShape, recipe.Precision, objective, HeldOut());
        TrainInto(workspace.Draft, Draft, trainer, cancellation);
    }

    private void TrainInto(string folder, string name, Trainer trainer, CancellationToken cancellation)
    {
        Checkpoint checkpoint = new(workspace.Checkpoint(name), SettingsOf(name));
        LlamaWeights weights = trainer.Run(new TrainingFiles(checkpoint, checkpointEvery, workspace.Log(name)), cancellation);
        TokenizerFiles.Copy(workspace.Tokenizer, folder);
        weights.Save(folder);
    }

    private void Evaluate(CancellationToken cancellation)
    {
        PairEvaluation evaluation = new(recipe.Evaluation, recipe.Context);
        evaluation.Run(workspace.Pair, Chapters.Read(workspace.HeldOutText), workspace.EvaluationReport, cancellation);
    }

    private void WriteGolden()
    {
        GoldenFile.Write(workspace.Golden, workspace.Pair, Chapters.Read(workspace.HeldOutText));
    }

    private HeldOutText HeldOut()
    {
        return new HeldOutText(TokenStream.Read(workspace.HeldOutTokens), recipe.Context);
    }
}
