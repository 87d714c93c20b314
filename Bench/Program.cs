using System.CommandLine;
using SpecExecNative.Bench.Cpu;

RootCommand root = new("SpecExecNative benchmarks.") { CpuCommand.Create() };
return root.Parse(args).Invoke();
