namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>y[i] = x[i] + x[i] for i &lt; n: <c>twice(float* x, float* y, int n)</c>.</summary>
internal static class TwiceKernel
{
    internal const string Ptx = """
        .version 7.8
        .target sm_75
        .address_size 64
        .visible .entry twice(.param .u64 twice_x, .param .u64 twice_y, .param .u32 twice_n)
        {
            .reg .pred %p<2>;
            .reg .f32 %f<3>;
            .reg .b32 %r<6>;
            .reg .b64 %rd<8>;
            ld.param.u64 %rd1, [twice_x];
            ld.param.u64 %rd2, [twice_y];
            ld.param.u32 %r1, [twice_n];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r5, %r2, %r3, %r4;
            setp.ge.s32 %p1, %r5, %r1;
            @%p1 bra $DONE;
            cvta.to.global.u64 %rd3, %rd1;
            mul.wide.s32 %rd4, %r5, 4;
            add.s64 %rd5, %rd3, %rd4;
            ld.global.f32 %f1, [%rd5];
            add.f32 %f2, %f1, %f1;
            cvta.to.global.u64 %rd6, %rd2;
            add.s64 %rd7, %rd6, %rd4;
            st.global.f32 [%rd7], %f2;
        $DONE:
            ret;
        }
        """;
}
