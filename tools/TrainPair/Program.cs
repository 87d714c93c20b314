using SpecExecNative.TrainPair;

return await CommandLine.Build().Parse(args).InvokeAsync();
