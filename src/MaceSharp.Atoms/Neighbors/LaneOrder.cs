using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Atoms;

/// <summary>For each set of eight lanes, the order that brings its members to the front.</summary>
internal static class LaneOrder
{
    private static readonly Vector256<int>[] Orders = CreateOrders();

    /// <summary>Indices for a shuffle: the members of a set of lanes in ascending order, then zeros.</summary>
    /// <param name="lanes">Bit k stands for lane k; below 256.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> FoundFirst(uint lanes) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Orders), lanes);

    private static Vector256<int>[] CreateOrders()
    {
        Vector256<int>[] orders = new Vector256<int>[256];
        Span<int> order = stackalloc int[8];
        for (int lanes = 0; lanes < orders.Length; lanes++)
        {
            order.Clear();
            int found = 0;
            for (int lane = 0; lane < 8; lane++)
            {
                if ((lanes >> lane & 1) != 0) { order[found++] = lane; }
            }

            orders[lanes] = Vector256.Create<int>(order);
        }

        return orders;
    }
}
