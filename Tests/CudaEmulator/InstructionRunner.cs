using System.Text;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Runs one PTX instruction on many values: each thread takes its operands as 64-bit words and stores the
/// result as one. Operands are named a, b, c, e and the result d.</summary>
internal static class InstructionRunner
{
    private static readonly string[] Operands = ["a", "b", "c", "e"];

    /// <param name="instruction">Text such as <c>add.s32 d, a, b;</c></param>
    /// <param name="result">Register type of d: b16, b32, b64 or pred.</param>
    /// <param name="types">Register types of the operands.</param>
    /// <param name="inputs">One row of operands for each thread.</param>
    public static ulong[] Run(string instruction, string result, string[] types, IReadOnlyList<ulong[]> inputs)
    {
        using var bench = new KernelBench();
        ulong[] flat = [.. inputs.SelectMany(row => row)];
        DeviceBlock input = bench.Upload<ulong>(flat);
        DeviceBlock output = bench.Allocate<ulong>(inputs.Count);
        PtxModule module = PtxModule.Parse(Text(instruction, result, types));
        var shape = new LaunchShape((inputs.Count + 63) / 64, 1, 1, 64, 1, 1);
        bench.Launch(module.Kernels["one"], shape, ExecutionOptions.Default, input, output, inputs.Count);
        return KernelBench.Download<ulong>(output);
    }

    /// <summary>A whole module around some instructions.</summary>
    public static string Text(string instruction, string result, string[] types)
    {
        var text = new StringBuilder();
        text.AppendLine(".version 8.4\n.target sm_90\n.address_size 64");
        text.AppendLine(".visible .entry one(.param .u64 pin, .param .u64 pout, .param .u32 pn) {");
        text.AppendLine(".reg .b64 in, out, at, word; .reg .b32 n, t, u, v; .reg .pred beyond;");
        text.AppendLine($".reg .{result} d;");
        text.AppendLine("ld.param.u64 in, [pin]; ld.param.u64 out, [pout]; ld.param.u32 n, [pn];");
        text.AppendLine("mov.u32 t, %ctaid.x; mov.u32 u, %tid.x; mad.lo.s32 t, t, 64, u;");
        text.AppendLine("setp.ge.s32 beyond, t, n; @beyond bra END;");
        text.AppendLine($"mul.wide.s32 at, t, {8 * types.Length}; add.s64 in, in, at; mul.wide.s32 at, t, 8; add.s64 out, out, at;");
        for (int i = 0; i < types.Length; i++)
        {
            text.AppendLine($".reg .{types[i]} {Operands[i]}; ld.global.u64 word, [in+{8 * i}];");
            text.AppendLine(types[i] switch
            {
                "b64" => $"mov.b64 {Operands[i]}, word;",
                "b32" => $"cvt.u32.u64 {Operands[i]}, word;",
                "b16" => $"cvt.u16.u64 {Operands[i]}, word;",
                _ => $"setp.ne.u64 {Operands[i]}, word, 0;",
            });
        }

        text.AppendLine(instruction);
        text.AppendLine(result switch
        {
            "b64" => "mov.b64 word, d;",
            "b32" => "cvt.u64.u32 word, d;",
            "b16" => "cvt.u64.u16 word, d;",
            _ => "selp.u64 word, 1, 0, d;",
        });
        text.AppendLine("st.global.u64 [out], word;\nEND: ret; }");
        return text.ToString();
    }
}
