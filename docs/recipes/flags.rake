# Capistrano 3: lib/capistrano/tasks/flags.rake. Jobs are held and drained before the release is published, and released when the deploy ends or fails.
#
#   set :flags_url, "https://flags.example.org"     # or FLAGS_URL
#   set :flags_feature, "jobs_processing"
#   set :flags_drain, 600                           # seconds
#
# The key is FLAGS_API_KEY, with the permission "hold".
require "json"
require "net/http"
require "securerandom"

namespace :flags do
  def flags_call(method, path, body = nil)
    uri = URI("#{fetch(:flags_url, ENV.fetch("FLAGS_URL", nil))}/api/v1/holds/#{fetch(:flags_hold)}#{path}")
    request = Net::HTTP.const_get(method).new(uri, "Authorization" => "Bearer #{ENV.fetch("FLAGS_API_KEY")}", "Content-Type" => "application/json")
    request.body = JSON.generate(body) if body
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", read_timeout: 60) { |http| http.request(request) }
  end

  desc "Hold jobs and wait until those that run have left"
  task :hold do
    set :flags_hold, SecureRandom.uuid
    answer = flags_call(:Put, "", features: [fetch(:flags_feature, "jobs_processing")], reason: "cap deploy of #{fetch(:application)}", ttl: "2m")
    raise "Flags refused the hold: #{answer.body}" unless answer.is_a?(Net::HTTPSuccess)

    token = JSON.parse(answer.body)["token"]
    # Renewed while this process lives; two minutes after it was killed, jobs run again.
    set :flags_renewal, (Thread.new { loop { sleep 40; flags_call(:Post, "/extend", token: token) rescue warn("Flags: #{$!.message}") } })
    at_exit { Rake::Task["flags:release"].invoke }

    give_up = Time.now + fetch(:flags_drain, 600)
    until (answer = flags_call(:Get, "/drained?wait=10s")).is_a?(Net::HTTPSuccess)
      raise "Flags: jobs are still running: #{answer.body}" if Time.now > give_up || answer.code != "423"

      warn "Flags: #{JSON.parse(answer.body)["detail"]}"
    end
  end

  desc "Let jobs run again"
  task :release do
    fetch(:flags_renewal)&.kill
    flags_call(:Delete, "") if fetch(:flags_hold)
  end
end

before "deploy:publishing", "flags:hold"
after "deploy:finished", "flags:release"
after "deploy:failed", "flags:release"
