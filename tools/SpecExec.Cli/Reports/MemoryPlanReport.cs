using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Cli.Reports;

/// <summary>Where the card's memory goes: said where something is streamed, or to those who ask for details.</summary>
internal static class MemoryPlanReport
{
    /// <summary>Where streamed layers wait, if it is not simply pinned memory.</summary>
    public static void WriteHost(Notices notices, HostLayers places)
    {
        if (places.Disk > 0)
        {
            LabelledLines.Write(notices.Ansi, "weights", $"{places.Disk} layers are read from disk in every pass");
        }
        else if (places.Pageable > 0)
        {
            LabelledLines.Write(
                notices.Ansi, "weights", $"the system pins no more than {places.Pinned} layers of system RAM (not VRAM); {places.Pageable} more go through a small pinned ring, which is slower");
        }
    }

    public static void Write(Notices notices, MemoryPlan plan)
    {
        ResidencyPlan residency = plan.Residency;
        if (residency.StreamedLayers == 0 && (!notices.Verbose || plan.RoomBytes is null))
        {
            return;
        }

        string ring = residency.StreamedLayers == 0 ? "" : $", {residency.StreamedLayers} streamed through a ring of {residency.Slots}";
        LabelledLines.Write(notices.Ansi, "layers", $"{residency.ResidentLayers} of {residency.Layers} resident{ring}");
        var table = new AlignedTable("memory", "") { RightAligned = new HashSet<int> { 1 } };
        table.Add("resident layers", Quantity.Bytes(plan.ResidentBytes));
        table.Add("ring", Quantity.Bytes(plan.RingBytes));
        table.Add("embedding and output head", Quantity.Bytes(plan.OuterBytes));
        table.Add("keys and values", Quantity.Bytes(plan.Passes.CacheBytes));
        table.Add("activations", Quantity.Bytes(plan.Passes.WorkBytes));
        if (plan.RoomBytes is { } room)
        {
            table.Add("kept free", Quantity.Bytes(plan.ReserveBytes));
            table.Add("there is", Quantity.Bytes(room));
        }

        table.Write(notices.Ansi);
    }
}
