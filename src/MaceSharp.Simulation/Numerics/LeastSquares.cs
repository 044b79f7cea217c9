using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>Non-linear least squares of a few parameters: J. J. Moré, Lecture Notes in Mathematics 630, 105 (1978), with differences for the slopes.</summary>
internal static class LeastSquares
{
    /// <summary>Parameters, their standard errors (empty without spare points) and the root mean square of the residuals.</summary>
    public readonly record struct Result(double[] Parameters, double[] StandardErrors, double RootMeanSquare);

    /// <summary>Fits.</summary>
    /// <param name="start">First guess.</param>
    /// <param name="count">Number of residuals.</param>
    /// <param name="residual">A residual by parameters and index.</param>
    public static Result Fit(double[] start, int count, Func<double[], int, double> residual)
    {
        double[] parameters = [.. start];
        Vector<double> r = Residuals(parameters, count, residual);
        double damping = 1e-3;
        for (int round = 0; round < 500; round++)
        {
            Matrix<double> jacobian = Jacobian(parameters, count, residual);
            Matrix<double> normal = jacobian.TransposeThisAndMultiply(jacobian);
            Vector<double> gradient = jacobian.TransposeThisAndMultiply(r);
            bool moved = false;
            for (int trial = 0; trial < 30 && !moved; trial++)
            {
                Matrix<double> damped = normal.Clone();
                for (int i = 0; i < parameters.Length; i++) { damped[i, i] += damping * Math.Max(normal[i, i], 1e-300); }
                Vector<double> step = damped.Solve(-gradient);
                double[] next = [.. parameters.Select((p, i) => p + step[i])];
                Vector<double> nextResiduals = Residuals(next, count, residual);
                if (!(nextResiduals.L2Norm() <= r.L2Norm()))
                {
                    damping *= 10;
                    continue;
                }

                moved = true;
                damping = Math.Max(damping / 10, 1e-12);
                bool done = step.Select((s, i) => Math.Abs(s) / (1e-3 + Math.Abs(parameters[i]))).Max() < 1e-12;
                (parameters, r) = (next, nextResiduals);
                if (done) { round = 500; }
            }

            if (!moved) { break; }
        }

        double squares = r.DotProduct(r);
        return new Result(parameters, Errors(Jacobian(parameters, count, residual), squares, count - parameters.Length), Math.Sqrt(squares / count));
    }

    private static double[] Errors(Matrix<double> jacobian, double squares, int spare)
    {
        if (spare <= 0) { return []; }
        Matrix<double> covariance = jacobian.TransposeThisAndMultiply(jacobian).Inverse();
        return [.. Enumerable.Range(0, jacobian.ColumnCount).Select(i => Math.Sqrt(Math.Max(0, covariance[i, i]) * squares / spare))];
    }

    private static Vector<double> Residuals(double[] parameters, int count, Func<double[], int, double> residual) =>
        Vector<double>.Build.Dense(count, i => residual(parameters, i));

    private static Matrix<double> Jacobian(double[] parameters, int count, Func<double[], int, double> residual)
    {
        Matrix<double> jacobian = Matrix<double>.Build.Dense(count, parameters.Length);
        for (int k = 0; k < parameters.Length; k++)
        {
            double step = 1e-5 * Math.Max(1e-2, Math.Abs(parameters[k])), centre = parameters[k];
            parameters[k] = centre + step;
            Vector<double> high = Residuals(parameters, count, residual);
            parameters[k] = centre - step;
            Vector<double> low = Residuals(parameters, count, residual);
            parameters[k] = centre;
            jacobian.SetColumn(k, (high - low) / (2 * step));
        }

        return jacobian;
    }
}
