using SpecExecNative.Cli;
using SpecExecNative.Cli.Terminal;

using var interruption = new Interruption();
using var streams = new StandardStreams();
return await CliApplication.RunAsync(args, streams.Host, interruption.Token);
