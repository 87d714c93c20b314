using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Tests.Engine.Generation;

internal sealed record GenerationResult(
    IReadOnlyList<int> Tokens, string Text, FinishReason? Finish, GenerationStatistics Statistics, IReadOnlyList<GenerationStep> Steps);
