using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Decoding;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Writes the registers that a kernel only reads: literals, addresses of variables, special registers.</summary>
internal static class RegisterSetup
{
    public static void FillForLaunch(Warp warp, Launch launch)
    {
        foreach (ConstantRegister constant in launch.Program.Constants)
        {
            for (int lane = 0; lane < Lanes.Count; lane++)
            {
                if (constant.Wide)
                {
                    warp.Long(constant.Register, lane) = constant.Bits;
                }
                else
                {
                    warp.Word(constant.Register, lane) = (uint)constant.Bits;
                }
            }
        }

        foreach (VariableRegister variable in launch.Program.Variables)
        {
            ulong address = launch.Kernel.Module.AddressOf(variable.Variable);
            for (int lane = 0; lane < Lanes.Count; lane++)
            {
                warp.Long(variable.Register, lane) = address;
            }
        }
    }

    public static void FillForBlock(Warp warp, Launch launch)
    {
        foreach (SpecialRegister special in launch.Program.Specials)
        {
            for (int lane = 0; lane < Lanes.Count; lane++)
            {
                warp.Word(special.Register, lane) = Value(special.Name, warp, lane, launch);
            }
        }
    }

    private static uint Value(string name, Warp warp, int lane, Launch launch)
    {
        LaunchShape shape = launch.Shape;
        int thread = (warp.Index * Lanes.Count) + lane;
        PtxKernel kernel = launch.Kernel;
        long value = name switch
        {
            "%tid.x" => thread % shape.BlockX,
            "%tid.y" => thread / shape.BlockX % shape.BlockY,
            "%tid.z" => thread / (shape.BlockX * shape.BlockY),
            "%ntid.x" => shape.BlockX,
            "%ntid.y" => shape.BlockY,
            "%ntid.z" => shape.BlockZ,
            "%ctaid.x" => warp.Block.Position.X,
            "%ctaid.y" => warp.Block.Position.Y,
            "%ctaid.z" => warp.Block.Position.Z,
            "%nctaid.x" => shape.GridX,
            "%nctaid.y" => shape.GridY,
            "%nctaid.z" => shape.GridZ,
            "%laneid" => lane,
            "%warpid" => warp.Index,
            "%nwarpid" => launch.Warps,
            "%smid" or "%gridid" => 0,
            "%nsmid" => 1,
            "%lanemask_eq" => 1L << lane,
            "%lanemask_lt" => (1L << lane) - 1,
            "%lanemask_le" => (2L << lane) - 1,
            "%lanemask_gt" => ~((2L << lane) - 1),
            "%lanemask_ge" => ~((1L << lane) - 1),
            "%dynamic_smem_size" => shape.DynamicSharedBytes,
            "%total_smem_size" => shape.DynamicSharedBytes + kernel.StaticSharedBytes,
            _ => throw new InvalidOperationException($"special register {name} has no value"),
        };
        return (uint)value;
    }
}
