using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Testing;

/// <summary>Records of attempts, as lanes give them to the store. Change what a test is about by <c>with</c>.</summary>
public static class AnAttempt
{
    public static AttemptRecord Delivered(DeliveryId delivery, Place place, int attempt = 1) =>
        Make(delivery, place, DeliveryState.Delivered, Answer.Ok, attempt);

    public static AttemptRecord Failed(DeliveryId delivery, Place place, int attempt = 1, DateTimeOffset? dueAt = null) =>
        Make(delivery, place, DeliveryState.Open, new Answer(AttemptOutcome.NotNow, 503), attempt) with
        {
            DueAt = dueAt ?? AnEvent.AcceptedAt.AddSeconds(5),
            FirstFailedAt = AnEvent.AcceptedAt,
        };

    public static AttemptRecord Dead(DeliveryId delivery, Place place, int attempt) =>
        Make(delivery, place, DeliveryState.Dead, new Answer(AttemptOutcome.Unreachable, Reason: "timeout"), attempt);

    public static AttemptRecord Withheld(DeliveryId delivery, Place place) => Make(delivery, place, DeliveryState.Withheld, null, 0);

    private static AttemptRecord Make(DeliveryId delivery, Place place, DeliveryState state, Answer? answer, int attempt) => new()
    {
        Id = delivery,
        Place = place,
        State = state,
        Answer = answer,
        At = AnEvent.AcceptedAt.AddSeconds(attempt),
        Elapsed = TimeSpan.FromMilliseconds(12),
        IsProbe = false,
        Attempts = attempt,
        DueAt = null,
        FirstFailedAt = null,
        OpenBeforeFirstFailure = TimeSpan.Zero,
        IsAside = false,
        IsOvertaken = false,
        Overtook = [],
    };
}
