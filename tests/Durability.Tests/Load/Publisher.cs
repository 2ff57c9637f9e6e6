using System.Net;
using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>
/// Posts one patient's events one after another, each until it is answered with 202. With keys, a retry after a lost answer is
/// the same event; without, it is another event of the same bytes.
/// </summary>
internal sealed class Publisher(int patient, bool usesKeys, Population population, Ledger ledger, Running running, Striker striker)
{
    private const int MostFailures = 100;
    private NemsProcess? nems;

    public async Task RunAsync(CancellationToken stop)
    {
        nems = await running.NextAsync(null);
        for (var step = 0; !stop.IsCancellationRequested; step++)
        {
            var message = population.MessageOf(patient, step);
            ledger.Posting(patient, step, message.Body);
            var id = await PublishAsync(message, usesKeys ? $"{patient}-{step}" : null);
            ledger.Add(new Accepted(patient, step, id));
            striker.Pass(Moment.Accepted);
        }
    }

    private async Task<string> PublishAsync(Message message, string? key)
    {
        for (var failures = 0; failures < MostFailures; failures++)
        {
            try
            {
                var post = nems!.Client.PostEventAsync(message, idempotencyKey: key); // set when it began to run
                striker.Pass(Moment.Posting);
                using var answer = await post;
                if (answer.StatusCode == HttpStatusCode.Accepted) return answer.Headers.GetValues("Nems-Event-Id").Single();
                if ((int)answer.StatusCode < 500) throw new InvalidOperationException($"Publishing was answered {(int)answer.StatusCode}.");
            }
            catch (HttpRequestException)
            {
                // Never answered: it may have been accepted or not.
            }

            if (nems!.IsEnding) nems = await running.NextAsync(nems);
        }

        throw new InvalidOperationException($"A post failed {MostFailures} times. The service's last words: {nems!.LastWords}");
    }
}
